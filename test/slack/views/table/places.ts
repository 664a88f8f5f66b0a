import * as fc from 'fast-check';
import type { HistoryEntry, LineEntry, Lock } from '../../../../src/deploy/records.ts';
import type { HomePlace, Rights } from '../../../../src/slack/views/home.ts';
import { APPROVER, REQUESTER } from '../../../support/settings.ts';
import { deployments } from './deployments.ts';
import { entry, lock, many, name, targetOf, waits } from './drawn.ts';
import { deployment } from './drawn-deployment.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const nobody: Rights = { deploy: false, rollback: false, unlock: false };

export const exampleLock: Lock = { reason: 'the <audit> of *today*', by: APPROVER, at: NOON };

export const exampleHistory: HistoryEntry[] = [
  { release: '20261123-110249-1a2b3c4', ending: 'succeeded' as const, ms: 412_000 },
  { release: '20261122-090000-bbbbbbb', ending: 'rolled-back' as const, ms: 95_000 },
  { ending: 'failed' as const, ms: 4_100 },
].map((one, index) => ({
  id: `d${index}`,
  at: NOON - index * 86_400_000,
  kind: 'deploy',
  by: REQUESTER,
  ...one,
}));

export const exampleLine: LineEntry[] = [
  { deployment: 'd2', by: REQUESTER, since: NOON, wants: 'x', mindsLock: true },
  { deployment: 'd3', by: APPROVER, since: NOON + 60_000, wants: 'y', mindsLock: true },
];

function place(changes: Partial<HomePlace>): HomePlace {
  const target = targetOf();
  const { service, environment } = target;
  return {
    place: { service, environment },
    target,
    lock: undefined,
    line: [],
    running: undefined,
    history: [],
    rights: nobody,
    ...changes,
  };
}

/** What the records can say of a place. */
export function examplePlaces(): Record<string, HomePlace> {
  const { 'being watched': running, 'waiting for approval': waiting } = deployments();
  const history = exampleHistory;
  return {
    'nothing deployed yet': place({}),
    live: place({ history, rights: { deploy: true, rollback: true, unlock: true } }),
    'live, seen by somebody who may only roll back': place({
      history,
      rights: { ...nobody, rollback: true },
    }),
    'being watched': place({ history, running, rights: { ...nobody, deploy: true } }),
    'waiting for approval': place({ history, running: waiting }),
    'others wait in line': place({ history, running, line: exampleLine }),
    locked: place({
      history,
      lock: exampleLock,
      rights: { deploy: true, rollback: false, unlock: true },
    }),
    'locked for a while': place({ history, lock: { ...exampleLock, until: NOON + 7_200_000 } }),
    'what is live is not known': place({
      history: exampleHistory.map((one) => ({ ...one, ending: 'rollback-failed' as const })),
    }),
  };
}

const status: fc.Arbitrary<HomePlace> = fc
  .record({
    service: name,
    environment: name,
    lock: fc.option(lock, { nil: undefined }),
    running: fc.option(deployment, { nil: undefined }),
    history: many(entry, 8),
    line: many(waits, 30),
    rights: fc.record({ deploy: fc.boolean(), rollback: fc.boolean(), unlock: fc.boolean() }),
  })
  .map(({ service, environment, ...rest }) => ({
    ...rest,
    place: { service, environment },
    target: targetOf(service, environment),
  }));

/** From none to more than fit, no two the same. */
export const drawnPlaces: fc.Arbitrary<HomePlace[]> = many(status, 60).map((all) =>
  all.map((one, index) => {
    const service = `${one.place.service.slice(0, 36)}-${index}`;
    const named = { service, environment: one.place.environment };
    return { ...one, place: named, target: { ...one.target, ...named } };
  }),
);
