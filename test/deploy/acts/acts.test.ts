import { describe, expect, test } from '@jest/globals';
import { type Outcome, perform } from '../../../src/deploy/acts/act.ts';
import { decide, expire } from '../../../src/deploy/acts/approval.ts';
import { cancel, leaveQueue } from '../../../src/deploy/acts/cancel.ts';
import { createLock, isLockSeen } from '../../../src/deploy/acts/lock.ts';
import { retry } from '../../../src/deploy/acts/retry.ts';
import { rollBack } from '../../../src/deploy/acts/roll-back.ts';
import { acknowledge, snooze } from '../../../src/deploy/acts/update-alert.ts';
import type { Deployment } from '../../../src/deploy/record/deployment.ts';
import type { DeploymentEvent, DeployRequest } from '../../../src/deploy/record/events.ts';
import { fold } from '../../../src/deploy/record/fold.ts';
import {
  DIGEST,
  failed,
  finished,
  phaseStarted,
  prepared,
  switched,
} from '../../support/events.ts';
import { request } from '../../support/stage-context.ts';

const NOW = Date.now();
const actor = { by: 'U0BOB', now: NOW };

function after(events: DeploymentEvent[], more: Partial<DeployRequest> = {}): Deployment {
  return fold([{ type: 'requested', at: 0, id: 'd1', request: request(more) }, ...events]);
}

const alerted: DeploymentEvent = { type: 'alerted', at: NOW, reason: 'slow', fingerprint: 'slow' };
const requestedRollback: DeploymentEvent = {
  type: 'rollback-requested',
  at: NOW,
  by: 'U0CAROL',
  reason: 'slow',
};

/** One deployment in each state that an act can meet. */
const states = {
  queued: after([{ type: 'queued', at: NOW }]),
  preparing: after([phaseStarted('prepare')]),
  cancelling: after([
    phaseStarted('prepare'),
    { type: 'cancel-requested', at: NOW, by: 'U0CAROL' },
  ]),
  failing: after([phaseStarted('prepare'), ...failed('upload')]),
  gate: after(prepared()),
  'gate, too late': after(prepared({ expiresAt: NOW - 1 })),
  rejected: after([
    ...prepared(),
    { type: 'rejected', at: NOW, by: 'U0CAROL', digest: DIGEST, reason: 'not today' },
  ]),
  watched: after([...prepared(), ...switched()]),
  alert: after([...prepared(), ...switched(), alerted]),
  'rolling back': after([...prepared(), ...switched(), alerted, requestedRollback]),
  failed: after([phaseStarted('prepare'), ...failed('upload'), finished('failed')]),
  succeeded: after([...prepared(), ...switched(), finished('succeeded')]),
  'rollback by hand': after([phaseStarted('rollback')], { kind: 'rollback' }),
} satisfies Record<string, Deployment>;

type State = keyof typeof states;
/** The events that an act writes, or why it writes none. */
const short = (outcome: Outcome): string =>
  outcome.kind === 'refused'
    ? outcome.refusal.kind
    : `+ ${outcome.events.map(({ type }) => type).join(', ')}`;

const card = { digest: DIGEST, needed: 1 };
const acts = {
  approve: (d: Deployment) => decide(d, card, { kind: 'approved' }, actor),
  reject: (d: Deployment) => decide(d, card, { kind: 'rejected', reason: 'no' }, actor),
  'approve alone': (d: Deployment) => decide(d, card, { kind: 'broke-glass', reason: 'x' }, actor),
  expire: (d: Deployment) => expire(d, NOW),
  cancel: (d: Deployment) => cancel(d, actor),
  'leave the queue': (d: Deployment) => leaveQueue(d, actor),
  'roll back': (d: Deployment) => rollBack(d, 'errors', actor),
  acknowledge: (d: Deployment) => acknowledge(d, 1, actor),
  snooze: (d: Deployment) => snooze(d, 1, actor),
  retry: (d: Deployment): Outcome => {
    const decided = retry(d);
    return decided.kind === 'refused' ? decided : { kind: 'events', events: [finished('failed')] };
  },
} satisfies Record<string, (d: Deployment) => Outcome>;

const EXPECTED: Record<keyof typeof acts, Partial<Record<State, string>> & { else: string }> = {
  approve: { gate: '+ approved', 'gate, too late': '+ expired', else: 'gate-closed' },
  reject: { gate: '+ rejected', 'gate, too late': '+ expired', else: 'gate-closed' },
  'approve alone': { gate: '+ approved', 'gate, too late': '+ expired', else: 'gate-closed' },
  expire: { 'gate, too late': '+ expired', else: 'gate-closed' },
  cancel: {
    cancelling: 'cancelling',
    failing: 'ending',
    rejected: 'ending',
    watched: 'traffic-moved',
    alert: 'traffic-moved',
    'rolling back': 'rolling-back',
    failed: 'finished',
    succeeded: 'finished',
    'rollback by hand': 'is-rollback',
    else: '+ cancel-requested',
  },
  'leave the queue': {
    queued: '+ cancel-requested, finished',
    failed: 'finished',
    succeeded: 'finished',
    else: 'dequeued',
  },
  'roll back': {
    watched: '+ rollback-requested',
    alert: '+ rollback-requested',
    'rolling back': 'rolling-back',
    failed: 'finished',
    succeeded: 'finished',
    else: 'traffic-not-moved',
  },
  acknowledge: { alert: '+ acknowledged', else: 'alert-over' },
  snooze: { alert: '+ snoozed', else: 'alert-over' },
  retry: { failed: '+ finished', succeeded: 'nothing-to-retry', else: 'not-finished' },
};

describe('an act', () => {
  const pairs = Object.keys(acts).flatMap((act) =>
    Object.keys(states).map((state) => [act, state] as const),
  );
  test.each(pairs)('%s on a deployment that is %s', (act, state) => {
    // oxlint-disable-next-line no-unsafe-type-assertion -- Object.keys forgets the names
    const [name, at] = [act as keyof typeof acts, state as State];
    const expected = EXPECTED[name];
    expect(short(acts[name](states[at]))).toBe(expected[at] ?? expected.else);
  });
});

const decideAs = (d: Deployment, by: string, needed: number, digest = DIGEST) =>
  decide(d, { digest, needed }, { kind: 'approved', note: 'seen' }, { by, now: NOW });

const with1 = (act: (d: Deployment) => Outcome) => {
  const outcome = act(states.alert);
  const events = outcome.kind === 'events' ? outcome.events : [];
  return after([...prepared(), ...switched(), alerted, ...events]);
};

describe('an approval', () => {
  test('of a card that shows something else is refused', () => {
    expect(short(decideAs(states.gate, 'U0BOB', 1, 'other'))).toBe('card-outdated');
  });

  test('by two people needs two people', () => {
    const first = decideAs(states.gate, 'U0BOB', 2);
    expect(short(first)).toBe('+ voted');
    const events = first.kind === 'events' ? first.events : [];
    const voted = after([...prepared(), ...events]);
    expect(short(decideAs(voted, 'U0BOB', 2))).toBe('approved-already');
    expect(short(decideAs(voted, 'U0DAN', 2))).toBe('+ approved');
    expect(short(decideAs(voted, 'U0DAN', 3))).toBe('+ voted');
  });
});

describe('an alert', () => {
  test('is acknowledged once', () => {
    expect(short(acts.acknowledge(with1(acts.acknowledge)))).toBe('acknowledged');
  });

  test('is snoozed again only after its time', () => {
    const snoozed = with1(acts.snooze);
    expect(short(acts.snooze(snoozed))).toBe('snoozed');
    expect(short(snooze(snoozed, 1, { by: 'U0BOB', now: NOW + 15 * 60_000 }))).toBe('+ snoozed');
  });

  test('of another number is not this one', () => {
    expect(short(acknowledge(states.alert, 2, actor))).toBe('alert-over');
  });
});

test('a retry deploys the commit of then', () => {
  const facts = { commit: { sha: 'a1b2c3d', author: 'Dana', subject: 'x', at: 1 } };
  const d = after([...prepared({ facts }), finished('expired')], { ref: 'main', slot: 'green' });
  expect(retry(d)).toMatchObject({
    kind: 'retry',
    wanted: { kind: 'deploy', slot: 'green', ref: 'a1b2c3d', dryRun: false, retryOf: 'd1' },
  });
});

test('a lock ends after its time, and is unlocked by a person who saw it', () => {
  const lock = createLock({ reason: 'sale', ms: 60_000 }, actor);
  expect(lock).toEqual({
    reason: 'sale',
    by: 'U0BOB',
    at: NOW,
    byCommand: true,
    until: NOW + 60_000,
  });
  expect(isLockSeen(lock, NOW)).toBe(true);
  expect(isLockSeen(lock, NOW - 1)).toBe(false);
  expect(isLockSeen(lock, undefined)).toBe(true);
});

const missing = () => Promise.resolve({ kind: 'missing' as const });

test('a record that is gone refuses every act', async () => {
  expect(await perform({ change: missing }, 'd1', acts.cancel)).toEqual({
    kind: 'refused',
    refusal: { kind: 'gone' },
  });
});
