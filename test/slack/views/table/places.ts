import * as fc from 'fast-check';
import type { Live } from '../../../../src/deploy/history/live-by-record.ts';
import type { HistoryEntry, QueueEntry, Lock } from '../../../../src/deploy/history/records.ts';
import type { Past } from '../../../../src/slack/views/answers/history.ts';
import type { HomePlace, Rights } from '../../../../src/slack/views/home/home.ts';
import { APPROVER, REQUESTER } from '../../../support/settings.ts';
import { deployments } from './deployments.ts';
import { at, entry, lock, many, name, targetOf, text, waits } from './drawn.ts';
import { deployment } from './drawn-deployment.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const nobody: Rights = { deploy: false, rollback: false, unlock: false };

export const exampleLock: Lock = { reason: 'the <audit> of *today*', by: APPROVER, at: NOON };

const since = NOON - 7_200_000;
const before = { kind: 'release', release: '20261122-190000-ccccccc', since } as const;
const after = { kind: 'release', release: '20261123-160249-1a2b3c4', since: NOON } as const;

function made(release: string, subject: string, ms: number) {
  const commit = { sha: `${release.slice(-7)}d4e5f6`, subject };
  return { release, commit, ending: 'succeeded' as const, ms };
}

const ended: (Partial<HistoryEntry> & Pick<HistoryEntry, 'ending' | 'ms'>)[] = [
  made('20261123-160249-1a2b3c4', 'Refresh signals from the new feed', 412_000),
  {
    ...made('20261122-200000-bbbbbbb', 'Retry *all* `orders`', 95_000),
    ending: 'rolled-back',
    why: '3 checks in a row failed (limit 3). On host-1, argo-trading-green answers HTTP 503',
  },
  {
    commit: { sha: 'ddddddd4e5f6', subject: 'Round prices to cents' },
    ending: 'failed' as const,
    ms: 4_100,
    failed: { stage: 'checks', code: 'check-failed' },
    why: 'pytest failed (exit status 1)',
  },
  { kind: 'rollback', release: before.release, ending: 'rolled-back', ms: 1_900 },
  { kind: 'restart', release: before.release, ending: 'succeeded', ms: 61_000 },
  made(before.release, 'Follow one more currency', 388_000),
  { release: '20261119-090000-aaaaaaa', ending: 'succeeded', ms: 301_000 },
];

export const exampleHistory = ended.map((one, index): HistoryEntry => ({
  id: `d${index}`,
  at: NOON - index * 86_400_000,
  kind: 'deploy',
  by: REQUESTER,
  ...one,
}));

export const exampleLine: QueueEntry[] = [
  { deployment: 'd2', by: REQUESTER, since: NOON, wants: 'deploy idle main', mindsLock: true },
  {
    deployment: 'd3',
    by: APPROVER,
    since: NOON + 60_000,
    wants: `deploy idle ${'1a2b3c4'.padEnd(40, '0')}`,
    mindsLock: true,
  },
];

export const examplePast: Past = { live: after, history: exampleHistory };

function place(changes: Partial<HomePlace>): HomePlace {
  const target = targetOf();
  const { service, environment } = target;
  return {
    place: { service, environment },
    target,
    live: { kind: 'nothing' },
    lock: undefined,
    queue: [],
    running: undefined,
    history: [],
    rights: nobody,
    ...changes,
  };
}

/** What the records can say of a place. */
export function examplePlaces() {
  const all = deployments();
  const { 'being watched': running, 'waiting for approval': waiting, degraded } = all;
  const history = exampleHistory;
  const live = before;
  return {
    'nothing deployed yet': place({}),
    live: place({ live, history, rights: { deploy: true, rollback: true, unlock: true } }),
    'live, seen by somebody who may only roll back': place({
      live,
      history,
      rights: { ...nobody, rollback: true },
    }),
    'being watched': place({ live: after, history, running, rights: { ...nobody, deploy: true } }),
    degraded: place({
      live: after,
      history,
      running: degraded,
      rights: { ...nobody, rollback: true },
    }),
    'waiting for approval': place({ live, history, running: waiting }),
    'users are being moved': place({
      live: { kind: 'moving', since: NOON, to: '20261123-160249-1a2b3c4' },
      history,
    }),
    restarted: place({ live: { ...before, restartedAt: NOON }, history }),
    'the first switch was undone': place({ live: { kind: 'before', since } }),
    'others wait in line': place({ live: after, history, running, queue: exampleLine }),
    locked: place({
      live,
      history,
      lock: exampleLock,
      rights: { deploy: true, rollback: false, unlock: true },
    }),
    'locked for a while': place({
      live,
      history,
      lock: { ...exampleLock, until: NOON + 7_200_000 },
    }),
    'what is live is not known': place({
      live: { kind: 'unknown', since, among: [after.release, before.release] },
      history: exampleHistory.map((one) => ({ ...one, ending: 'rollback-failed' as const })),
    }),
    'the rollback failed after its way back': place({
      live: { ...before, rollbackFailed: true, except: ['host-2'] },
      history,
    }),
  };
}

const drawnLive: fc.Arbitrary<Live> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('release' as const),
      release: text,
      since: at,
      restartedAt: at,
      except: many(text, 50),
      rollbackFailed: fc.boolean(),
    },
    { requiredKeys: ['kind', 'release', 'since'] },
  ),
  fc.record({ kind: fc.constant('before' as const), since: at }),
  fc.record({ kind: fc.constant('moving' as const), since: at, to: text }),
  fc.record({ kind: fc.constant('unknown' as const), since: at, among: many(text, 2) }),
  fc.constant({ kind: 'nothing' as const }),
);

export const drawnPast: fc.Arbitrary<Past> = fc.record({
  live: drawnLive,
  history: many(entry, 400),
});

const status: fc.Arbitrary<HomePlace> = fc
  .record({
    service: name,
    environment: name,
    live: drawnLive,
    lock: fc.option(lock, { nil: undefined }),
    running: fc.option(deployment, { nil: undefined }),
    history: many(entry, 8),
    queue: many(waits, 30),
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
