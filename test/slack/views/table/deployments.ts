import { jest } from '@jest/globals';
import type { Deployment } from '../../../../src/deploy/record/deployment.ts';
import { fold } from '../../../../src/deploy/record/fold.ts';
import {
  type DeploymentEvent,
  type DeployRequest,
  RequestSchema,
} from '../../../../src/deploy/record/events.ts';
import type { WatchCheck } from '../../../../src/deploy/record/watch-check.ts';
import {
  done,
  exampleFacts,
  failed,
  finished,
  phaseStarted,
  prepared,
  preparedEarly,
  switched,
} from '../../../support/events.ts';
import { CHANNEL, REQUESTER } from '../../../support/settings.ts';

const START = Date.UTC(2026, 10, 23, 16, 2, 49);

function request(changes: Partial<DeployRequest> = {}): DeployRequest {
  return RequestSchema.parse({
    kind: 'deploy',
    service: 'argo-trading',
    environment: 'production',
    slot: 'green',
    origin: { user: REQUESTER, channel: CHANNEL, team: 'T0SANDBOX' },
    ...changes,
  });
}

const DETAILS = {
  degraded: 'argo-trading-green says its status is "degraded"',
  unavailable: 'argo-trading-green answers HTTP 503',
  unknown: 'SSH timed out',
};

function checks(...states: WatchCheck['state'][]): DeploymentEvent {
  const at = Date.now();
  const one = (state: WatchCheck['state'], index: number): WatchCheck => ({
    at: at + index * 5_000,
    host: 'host-1',
    state,
    ms: state === 'healthy' ? 12 : 1_840,
    ...(state === 'healthy' ? {} : { detail: DETAILS[state] }),
  });
  return { type: 'checked', at, checks: states.map(one) };
}

/** Restarted between the first check and the second. */
function restartedOnce(): DeploymentEvent {
  const at = Date.now();
  const detail = 'argo-trading-green answers, but systemd restarted it once since the switch';
  const states = [{}, { state: 'degraded', detail, restarts: 1 }, { restarts: 1 }] as const;
  return {
    type: 'checked',
    at,
    checks: states.map((seen, index) => ({
      at: at + index * 5_000,
      host: 'host-1',
      state: 'healthy',
      ms: 12,
      ...seen,
    })),
  };
}

/** Well in its slot all the time; what stands between it and its users is not. */
function notInPublic(): DeploymentEvent {
  const at = Date.now();
  const states: WatchCheck['state'][] = ['healthy', 'unavailable', 'unavailable'];
  const one = (state: WatchCheck['state'], index: number): WatchCheck => ({
    at: at + index * 5_000,
    host: 'host-1',
    state: 'healthy',
    ms: 12,
    public: {
      state,
      ms: 3,
      ...(state === 'healthy' ? {} : { detail: 'the public address answers HTTP 502' }),
    },
  });
  return { type: 'checked', at, checks: states.map(one) };
}

const alerted = (state: keyof typeof DETAILS = 'degraded', after = 20_000): DeploymentEvent => ({
  type: 'alerted',
  at: Date.now() + after,
  reason: `on host-1, ${DETAILS[state]} (2 checks in a row)`,
});
const asked = (by?: string, after = 0): DeploymentEvent => ({
  type: 'rollback-requested',
  at: Date.now() + after,
  reason: by
    ? 'orders are stuck since 16:00'
    : `3 checks in a row failed (limit 3). On host-1, ${DETAILS.unavailable}`,
  ...(by ? { by } : {}),
});
const rolledBack = () => [
  phaseStarted('rollback'),
  ...['return-slot', 'switch-back', 'confirm-back', 'sync-back'].flatMap((stage) => done(stage)),
  ...done('lock', 'pending review', { facts: { lockedAt: START } }),
  ...done('attach-log', 'argo-trading-green.service on host-1', {
    log: 'ValueError: no signals',
    facts: {
      causes: { 'host-1': 'ValueError: no signals' },
      blame: {
        path: 'argo/api/health.py',
        line: 12,
        sha: '1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d',
        author: 'Ada',
        subject: 'Report the *status* first',
      },
    },
  }),
];

const rollbackFacts = {
  hosts: {
    'host-1': {
      ...exampleFacts.hosts['host-1'],
      live: 'green' as const,
      liveRelease: exampleFacts.release,
    },
  },
  rollbackTo: exampleFacts.rollbackTo,
  subjects: {
    ...exampleFacts.subjects,
    [exampleFacts.release]: exampleFacts.commit.subject,
  },
};

const someChanges = [
  { key: 'cache.size', was: '11aa22bb', now: '33cc44dd' },
  { key: 'massive.api_key', now: '55ee66ff' },
  { key: 'old.key', was: '77aa88bb' },
];

const states: Record<
  string,
  { request?: Partial<DeployRequest>; events: () => DeploymentEvent[] }
> = {
  queued: { events: () => [] },
  'in line behind a deployment': {
    events: () => [
      { type: 'queued', at: Date.now() },
      {
        type: 'queue-moved',
        at: Date.now(),
        place: 2,
        behind: { kind: 'deployment', by: 'U0BOB', since: START },
      },
    ],
  },
  'in line behind a lock': {
    events: () => [
      { type: 'queued', at: Date.now() },
      {
        type: 'queue-moved',
        at: Date.now(),
        place: 1,
        behind: { kind: 'lock', by: 'argo-bot', reason: 'errors <!here>' },
      },
    ],
  },
  'its turn in line came': {
    events: () => [
      { type: 'queued', at: Date.now() },
      { type: 'dequeued', at: Date.now() },
      phaseStarted('prepare'),
    ],
  },
  'left the line': {
    events: () => [
      { type: 'queued', at: Date.now() },
      { type: 'cancel-requested', at: Date.now(), by: REQUESTER },
      finished('cancelled'),
    ],
  },
  'its turn never came': {
    events: () => [{ type: 'queued', at: Date.now() }, finished('expired')],
  },
  running: {
    events: () => [
      phaseStarted('prepare'),
      ...done('source', '1 commit'),
      { type: 'intent', at: Date.now(), stage: 'checks' },
    ],
  },
  stalled: {
    events: () => [
      {
        type: 'stalled',
        at: Date.now(),
        message:
          'argo.yml no longer declares argo-trading in production, so its running deployment cannot continue',
        next: 'restore it in argo.yml, then restart argo-bot: `sudo systemctl restart argo-bot`. The deployment then continues.',
      },
    ],
  },
  'with warnings': {
    events: () => [
      phaseStarted('prepare'),
      ...done('source', '1 commit', { warnings: ['<!channel> *bold*', 'second'] }),
    ],
  },
  'waiting for approval': { events: () => prepared() },
  'approved by the first of two': {
    events: () => [
      ...prepared(),
      { type: 'voted', at: Date.now(), by: 'U0BOB', digest: 'd', note: 'looks *good*' },
    ],
  },
  'approved by two': {
    events: () => [
      ...prepared(),
      { type: 'voted', at: Date.now(), by: 'U0BOB', digest: 'd' },
      { type: 'approved', at: Date.now(), by: 'U0CAROL', digest: 'd', note: 'after the close' },
    ],
  },
  'approved alone': {
    events: () => [
      ...prepared(),
      {
        type: 'approved',
        at: Date.now(),
        by: 'U0CAROL',
        digest: 'd',
        brokeGlass: 'orders are stuck <!here>',
      },
    ],
  },
  'waiting for an early approval': { request: { gate: 'start' }, events: () => preparedEarly() },
  'failed after an early approval': {
    request: { gate: 'start' },
    events: () => [
      ...preparedEarly(),
      { type: 'approved', at: Date.now(), by: 'U0BOB', digest: 'd' },
      phaseStarted('release'),
      ...done('preflight'),
      ...failed('unit'),
      finished('failed'),
    ],
  },
  approved: { events: () => [...prepared(), ...switched().slice(0, 2)] },
  rejected: {
    events: () => [
      ...prepared(),
      { type: 'rejected', at: Date.now(), by: 'U0BOB', reason: 'not on a <Friday>' },
      finished('rejected'),
    ],
  },
  expired: {
    events: () => [...prepared(), { type: 'expired', at: Date.now() }, finished('expired')],
  },
  voided: {
    events: () => [
      ...prepared(),
      {
        type: 'approval-invalidated',
        at: Date.now(),
        reason: 'host-1 has another live release now',
      },
      finished('voided'),
    ],
  },
  'being watched': {
    events: () => [...prepared(), ...switched(), checks('healthy', 'healthy', 'healthy')],
  },
  degraded: {
    events: () => [
      ...prepared(),
      ...switched(),
      checks('healthy', 'degraded', 'degraded'),
      alerted(),
    ],
  },
  'degraded, as approved': {
    events: () => [
      ...prepared({ facts: { ...exampleFacts, health: { ms: 12, status: 'degraded' } } }),
      ...switched(),
      checks('degraded', 'degraded'),
      alerted(),
    ],
  },
  acknowledged: {
    events: () => [
      ...prepared(),
      ...switched(),
      checks('degraded', 'degraded'),
      alerted(),
      { type: 'acknowledged', at: Date.now(), by: 'U0BOB' },
    ],
  },
  recovered: {
    events: () => [
      ...prepared(),
      ...switched(),
      checks('degraded', 'degraded'),
      alerted(),
      { type: 'recovered', at: Date.now() + 30_000 },
    ],
  },
  'raised again, and snoozed': {
    events: () => [
      ...prepared(),
      ...switched(),
      checks('healthy', 'degraded', 'degraded', 'healthy', 'healthy'),
      { ...alerted(), fingerprint: 'not-healthy' },
      { type: 'recovered', at: Date.now() + 30_000 },
      { ...alerted(), fingerprint: 'not-healthy' },
      { type: 'snoozed', at: Date.now(), by: 'U0BOB', until: Date.now() + 900_000 },
    ],
  },
  'failed, and another has begun since': {
    events: () => [
      phaseStarted('prepare'),
      ...failed('checks', { log: 'long' }),
      finished('failed'),
      { type: 'superseded', at: Date.now() },
    ],
  },
  succeeded: {
    events: () => [
      ...prepared(),
      ...switched(),
      checks('healthy', 'healthy', 'degraded'),
      ...done('watch'),
      ...done('finish'),
      finished('succeeded'),
    ],
  },
  'live, but restarted once': {
    events: () => [
      ...prepared(),
      ...switched(),
      restartedOnce(),
      ...done('watch', '3 checks, 1 unhealthy, 1 restart', {
        facts: { unhealthy: { checks: 1, of: 3, at: Date.now(), side: 'slot', restarts: 1 } },
      }),
      ...done('finish'),
      finished('succeeded'),
    ],
  },
  'live, but not at the public address': {
    events: () => [
      ...prepared(),
      ...switched(),
      notInPublic(),
      {
        ...alerted(),
        fingerprint: 'public-address',
        reason:
          'on host-1, the public address answers HTTP 502, although the service itself answers (2 checks in a row)',
      },
      ...done('watch', '3 checks, 2 unhealthy', {
        facts: {
          unhealthy: {
            checks: 2,
            of: 3,
            at: Date.now(),
            side: 'public',
            restarts: 0,
            detail: 'on host-1, the public address answers HTTP 502',
          },
        },
      }),
      ...done('finish'),
      finished('succeeded'),
    ],
  },
  'live, but nobody could see it': {
    events: () => [
      ...prepared(),
      ...switched(),
      checks('unknown', 'unknown', 'healthy'),
      ...done('watch', '1 check', { facts: { unwatched: true } }),
      ...done('finish'),
      finished('succeeded'),
    ],
  },
  'rolled back by itself, seconds after the switch': {
    events: () => [
      ...prepared({ facts: { ...exampleFacts, switchedAt: Date.now() - 20_000 } }),
      ...switched(),
      checks('healthy', 'unavailable', 'unavailable', 'unavailable'),
      { ...asked(), at: Date.now() + 15_000 },
      phaseStarted('rollback'),
      ...['return-slot', 'switch-back', 'lock', 'confirm-back', 'sync-back', 'attach-log'].flatMap(
        (stage) =>
          done(stage, 'fine', {
            at: Date.now() + 16_000,
            ...(stage === 'lock' ? { facts: { lockedAt: START } } : {}),
          }),
      ),
      { ...finished('rolled-back'), at: Date.now() + 18_000 },
    ],
  },
  'rolling back by itself': {
    events: () => [
      ...prepared(),
      ...switched(),
      checks('unavailable', 'unavailable', 'unavailable'),
      alerted('unavailable', 5_000),
      asked(undefined, 10_000),
    ],
  },
  'rolled back by a person': {
    events: () => [
      ...prepared(),
      ...switched(),
      asked('U0BOB'),
      ...rolledBack(),
      finished('rolled-back'),
    ],
  },
  'rollback failed': {
    events: () => [
      ...prepared(),
      ...switched(),
      checks('unavailable', 'unavailable', 'unavailable'),
      asked(undefined, 10_000),
      phaseStarted('rollback'),
      ...failed('switch-back', {
        code: 'script-failed',
        message:
          '/opt/argo-trading/state cannot be written (100% of 20G are used); nothing was done',
        next: 'on host-1, free space: `sudo du -xhd1 /opt/argo-trading` shows what uses it. Then try again.',
      }),
      finished('rollback-failed'),
    ],
  },
  failed: {
    events: () => [
      phaseStarted('prepare'),
      ...done('source'),
      ...failed('checks', {
        host: 'host-1',
        message: 'checks exited 2 on host-1: a < b & c\nsecond line',
        log: 'long',
      }),
      finished('failed'),
    ],
  },
  'slot is live': {
    events: () => [
      phaseStarted('prepare'),
      ...failed('claim', {
        code: 'slot-is-live',
        host: undefined,
        message: 'green is live',
        next: 'Deploy to blue instead.',
      }),
      finished('failed'),
    ],
  },
  cancelling: {
    events: () => [
      phaseStarted('prepare'),
      { type: 'intent', at: Date.now(), stage: 'source' },
      { type: 'cancel-requested', at: Date.now(), by: REQUESTER },
    ],
  },
  cancelled: {
    events: () => [
      { type: 'cancel-requested', at: Date.now(), by: REQUESTER },
      phaseStarted('cleanup'),
      ...done('cleanup'),
      finished('cancelled'),
    ],
  },
  'cancelled in a stage': {
    events: () => [
      phaseStarted('prepare'),
      ...done('source', '1 commit'),
      { type: 'cancel-requested', at: Date.now(), by: REQUESTER },
      ...failed('checks', {
        host: undefined,
        code: 'cancelled',
        message: `cancelled by <@${REQUESTER}>`,
        next: '`/argo deploy` starts a new one.',
      }),
      phaseStarted('cleanup'),
      ...done('cleanup'),
      finished('cancelled'),
    ],
  },
  'dry run done': {
    request: { dryRun: true },
    events: () => [
      phaseStarted('prepare'),
      ...done('claim', 'fine', { facts: { ...exampleFacts } }),
      finished('dry-run'),
    ],
  },
  'dry run failed': {
    request: { dryRun: true },
    events: () => [phaseStarted('prepare'), ...failed('files'), finished('failed')],
  },
  'config push waiting for approval': {
    request: { kind: 'config-push', slot: 'idle', ref: '1a2b3c4d5e6f' },
    events: () =>
      prepared({
        facts: {
          ...exampleFacts,
          configChanges: someChanges,
          hosts: {
            'host-1': {
              ...exampleFacts.hosts['host-1'],
              drift: [
                { path: '/opt/argo-legacy/config.json', kind: 'edited', changes: [] },
                { path: '/srv/other.json', kind: 'foreign', changes: someChanges },
                { path: '/srv/argo/blue/config.json', kind: 'removed', changes: [] },
              ],
            },
          },
        },
      }),
  },
  'restart waiting for approval': {
    request: { kind: 'restart' },
    events: () => {
      const { release, slot, hosts } = exampleFacts;
      const subjects = { ...exampleFacts.subjects, [release]: exampleFacts.commit.subject };
      return prepared({
        stages: ['claim', 'unit', 'start', 'health', 'smoke'],
        facts: { release, slot, hosts, subjects, rollbackTo: { release, slot: 'blue' } },
      });
    },
  },
  'restart done': {
    request: { kind: 'restart' },
    events: () => [
      phaseStarted('prepare'),
      ...done('claim', 'fine', {
        facts: {
          release: exampleFacts.release,
          slot: 'green',
          subjects: { [exampleFacts.release]: exampleFacts.commit.subject },
        },
      }),
      finished('succeeded'),
    ],
  },
  'rollback to what nobody is offered': {
    request: { kind: 'rollback', ref: '20261101-090000-aaaaaaa' },
    events: () => [
      phaseStarted('rollback'),
      ...failed('claim', {
        code: 'no-release-to-return-to',
        host: undefined,
        message: '20261101-090000-aaaaaaa is not a good release: it was rolled back',
        next: '`/argo rollback 20261110-090000-bbbbbbb`, or another one of these releases.',
        offers: [
          {
            release: '20261110-090000-bbbbbbb',
            at: Date.UTC(2026, 10, 10, 9),
            subject: 'Cache <!channel> the *book*',
            by: REQUESTER,
          },
          { release: 'adopted-blue' },
        ],
      }),
      finished('failed'),
    ],
  },
  'rollback by command that left a host behind': {
    request: { kind: 'rollback' },
    events: () => [
      phaseStarted('rollback'),
      ...done('claim', 'fine', {
        facts: {
          ...rollbackFacts,
          leftBehind: { 'host-2': 'host-2 (10.0.0.2:22) refuses connections' },
        },
      }),
      ...rolledBack(),
      finished('rollback-failed'),
    ],
  },
  'rollback that left a host behind': {
    events: () => [
      ...prepared(),
      ...switched(),
      checks('unavailable', 'unavailable', 'unavailable'),
      asked(undefined, 10_000),
      phaseStarted('rollback'),
      ...done('return-slot', 'kept warm', {
        facts: { leftBehind: { 'host-2': 'host-2 (10.0.0.2:22) refuses connections' } },
      }),
      ...rolledBack(),
      finished('rollback-failed'),
    ],
  },
  'rollback by command': {
    request: { kind: 'rollback' },
    events: () => [phaseStarted('rollback'), ...done('claim', 'fine', { facts: rollbackFacts })],
  },
  'rollback by command done': {
    request: { kind: 'rollback' },
    events: () => [
      phaseStarted('rollback'),
      ...done('claim', 'fine', { facts: rollbackFacts }),
      ...rolledBack(),
      finished('rolled-back'),
    ],
  },
};

/** Every state a deployment can be seen in, by name; the same times whenever it is asked. */
export function deployments(): Record<string, Deployment> {
  return Object.fromEntries(
    Object.entries(states).map(([name, state]) => [
      name,
      timed(START, () =>
        fold([
          { type: 'requested', at: Date.now(), id: 'd1', request: request(state.request) },
          ...state.events(),
        ]),
      ),
    ]),
  );
}

export function stateNamed(name: string): Deployment {
  const found = deployments()[name];
  if (!found) throw new Error(`no state is called ${name}`);
  return found;
}

/** Journal entries of the support take the time from the clock: each is 0.7 s after the one before. */
function timed<Made>(start: number, make: () => Made): Made {
  let clock = start;
  const stopped = jest.spyOn(Date, 'now').mockImplementation(() => (clock += 700));
  try {
    return make();
  } finally {
    stopped.mockRestore();
  }
}
