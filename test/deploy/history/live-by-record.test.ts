import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../src/deploy/record/fold.ts';
import type { DeploymentEvent, DeployRequest, Ending } from '../../../src/deploy/record/events.ts';
import {
  readLive,
  liveByRecord,
  readLiveCommit,
} from '../../../src/deploy/history/live-by-record.ts';
import { type HistoryEntry, historyEntry } from '../../../src/deploy/history/records.ts';
import { type Users, usersOn } from '../../../src/deploy/record/users-on.ts';
import { done, failed, phaseStarted, prepared } from '../../support/events.ts';
import { createMemoryRecords } from '../../support/memory-records.ts';
import { journal, request } from '../../support/stage-context.ts';

const NEW = '20261123-160249-1a2b3c4';
const OLD = '20261120-0900-0000000';
const rollback = { type: 'rollback-requested', at: 40, reason: 'unavailable' } as const;
const intent = (stage: string, at: number): DeploymentEvent => ({ type: 'intent', at, stage });
const over = (ending: Ending): DeploymentEvent => ({ type: 'finished', at: 99, ending });
const returned = '2026-11-23T16:05:00Z';

const approved: DeploymentEvent[] = [
  ...prepared(),
  { type: 'approved', at: 10, by: 'U0BEN', digest: 'd1ge57' },
  phaseStarted('release', 10),
  ...done('recheck', '', { at: 11 }),
];
const moved = [...approved, ...done('switch', '', { at: 20 })];
const bad = [...moved, rollback, ...done('return-slot', '', { at: 41 })];
const back = [...bad, ...done('switch-back', '', { at: 45 })];
/** Of a first deployment: there is nothing to go back to. */
const first = (events: DeploymentEvent[]): DeploymentEvent[] =>
  events.map((event) => {
    if (event.type !== 'done' || event.stage !== 'claim') return event;
    const { rollbackTo: _, ...facts } = event.facts;
    return { ...event, facts };
  });

const oneUnit = (...more: DeploymentEvent[]) => {
  const [asked, ...rest] = journal(approved, more);
  if (asked?.type !== 'requested') throw new Error('no request');
  const one: DeployRequest = { ...asked.request, strategy: 'restart' };
  return fold([{ ...asked, request: one }, ...rest]);
};

describe('where a deployment has put the users', () => {
  test.each<[string, DeploymentEvent[], Partial<Users> | undefined]>([
    ['while it is prepared', prepared(), undefined],
    ['before the switch', approved, undefined],
    ['during the switch', [...approved, intent('switch', 15)], { kind: 'moving', to: NEW }],
    ['right after the switch', moved, { kind: 'release', release: NEW, since: 20 }],
    ['at the end of a watch', [...moved, over('succeeded')], { release: NEW, since: 20 }],
    ['while the rollback is prepared', bad, { kind: 'release', release: NEW, since: 20 }],
    ['on the way back', [...bad, intent('switch-back', 42)], { kind: 'moving', to: OLD }],
    ['after the way back', back, { kind: 'release', release: OLD, since: 45 }],
    ['at the end of a rollback', [...back, over('rolled-back')], { release: OLD, since: 45 }],
    [
      'when the rollback fails after the way back',
      [...back, ...failed('confirm-back'), over('rollback-failed')],
      { kind: 'release', release: OLD, since: 45, rollbackFailed: true },
    ],
    [
      'when the way back fails',
      [...bad, ...failed('switch-back'), over('rollback-failed')],
      { kind: 'unknown', among: [NEW, OLD] },
    ],
    ['when the switch fails', [...approved, ...failed('switch')], { kind: 'moving', to: OLD }],
    [
      'when the first switch is undone',
      [...first(bad), ...done('switch-back', '', { at: 45 })],
      { kind: 'before', since: 45 },
    ],
    [
      'when the first switch cannot be undone',
      [
        ...first(bad),
        ...failed('switch-back', { code: 'nothing-to-return-to' }),
        over('rollback-failed'),
      ],
      { kind: 'release', release: NEW, since: 20, rollbackFailed: true },
    ],
    [
      'when a host was left behind',
      [...bad, ...done('switch-back', '', { at: 45, facts: { leftBehind: { 'host-2': 'off' } } })],
      { kind: 'release', release: OLD, except: ['host-2'] },
    ],
    [
      'when the host went back by itself',
      [
        ...moved,
        {
          type: 'checked',
          at: 30,
          checks: [{ at: 30, host: 'host-1', state: 'unavailable', ms: 1, returned }],
        },
        rollback,
        ...done('switch-back', '', { at: 45 }),
      ],
      { kind: 'release', release: OLD, since: Date.parse(returned) },
    ],
  ])('%s', (_name, events, expected) => {
    const users = usersOn(fold(journal(events)));
    if (expected) expect(users).toMatchObject(expected);
    else expect(users).toBeUndefined();
  });

  test('of one unit, after the restart and after the way back', () => {
    const restarted = done('restart', '', { at: 20 });
    expect(usersOn(oneUnit(...restarted))).toMatchObject({ release: NEW, since: 20 });
    const wentBack = [...restarted, rollback, ...done('restart-back', '', { at: 45 })];
    expect(usersOn(oneUnit(...wentBack))).toMatchObject({ release: OLD, since: 45 });
  });
});

const on = (release: string, since: number): Users => ({ kind: 'release', release, since });

const entry = (ending: Ending, users?: Users, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  id: `d${Math.random()}`,
  at: 99,
  kind: 'deploy',
  ending,
  by: 'U1',
  ms: 1,
  ...(users ? { users } : {}),
  ...more,
});

describe('what is live by the record', () => {
  test('is nothing where nobody was moved', () => {
    expect(liveByRecord(undefined, [])).toEqual({ kind: 'nothing' });
    expect(liveByRecord(undefined, [entry('failed')])).toEqual({ kind: 'nothing' });
  });

  test('is the running deployment’s release as soon as it has moved users, and not before', () => {
    const history = [entry('dry-run'), entry('succeeded', on('r1', 5))];
    expect(liveByRecord(fold(journal(moved)), history)).toEqual(on(NEW, 20));
    expect(liveByRecord(fold(journal(approved)), history)).toEqual(on('r1', 5));
  });

  test('a restart tells since when the release is live, and when it was restarted', () => {
    const restart = entry('succeeded', on('r1', 8), { kind: 'restart' });
    const expected = { ...on('r1', 5), restartedAt: 8 };
    expect(liveByRecord(undefined, [restart, entry('succeeded', on('r1', 5))])).toEqual(expected);
    expect(liveByRecord(undefined, [restart])).toEqual(on('r1', 8));
  });

  test('entries of older versions are read in the journal', async () => {
    const records = createMemoryRecords();
    const created = await records.create(request());
    if (created.kind !== 'created') throw new Error(created.kind);
    const { id } = created.deployment;
    await records.append(id, ...moved, over('succeeded'));
    const all = await records.history(request(), 9);
    const old = all.map((one) => ({ ...one, users: undefined }));
    const without = (history: HistoryEntry[]) => ({ ...records, history: async () => history });
    expect((await readLive(without(old), request())).live).toEqual(on(NEW, 20));
    // Its journal is gone, too.
    const gone = old.map((one) => ({ ...one, id: 'none' }));
    expect((await readLive(without(gone), request())).live).toEqual(on(NEW, 99));
  });

  test('is found behind a long row of failures', async () => {
    const records = createMemoryRecords();
    const history = [
      ...Array.from({ length: 200 }, () => entry('failed')),
      entry('succeeded', on('r1', 5)),
    ];
    const asked = {
      ...records,
      history: async (_: unknown, most: number) => history.slice(0, most),
    };
    expect((await readLive(asked, request())).live).toEqual(on('r1', 5));
  });

  test('its commit is that of the deployment which made it, during its watch, and after a rollback to it', async () => {
    const records = createMemoryRecords();
    const run = async (kind: DeployRequest['kind'], ...events: DeploymentEvent[]) => {
      const created = await records.create(request({ kind }));
      if (created.kind !== 'created') throw new Error(created.kind);
      await records.append(created.deployment.id, ...events);
      return created.deployment.id;
    };
    const backTo = (release: string): DeploymentEvent[] => [
      ...done('claim', '', { facts: { rollbackTo: { release, slot: 'blue' } } }),
      ...done('switch-back'),
      over('rolled-back'),
    ];
    const commit = { kind: 'commit', sha: '1a2b3c4d5e6f' };
    expect(await readLiveCommit(records, request())).toEqual({ kind: 'nothing' });
    const id = await run('deploy', ...approved);
    expect(await readLiveCommit(records, request())).toEqual({ kind: 'nothing' });
    await records.append(id, ...done('switch'));
    expect(await readLiveCommit(records, request())).toEqual(commit);
    await records.append(id, over('succeeded'));
    expect(await readLiveCommit(records, request())).toEqual(commit);
    await run('rollback', ...backTo('adopted-blue'));
    expect(await readLiveCommit(records, request())).toEqual({
      kind: 'no-commit',
      release: 'adopted-blue',
    });
    await run('rollback', ...backTo(NEW));
    expect(await readLiveCommit(records, request())).toEqual(commit);
  });

  test('a history entry says where the users were left', () => {
    const d = fold(journal(back, over('rolled-back')));
    expect(historyEntry(d, { at: 99, ending: 'rolled-back' }).users).toEqual(on(OLD, 45));
  });
});
