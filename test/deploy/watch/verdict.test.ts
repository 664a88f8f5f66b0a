import { describe, expect, test } from '@jest/globals';
import type { WatchCheck } from '../../../src/deploy/record/watch-check.ts';
import { fold } from '../../../src/deploy/record/fold.ts';
import { usersAffected } from '../../../src/deploy/watch/users-affected.ts';
import { verdictOfWatch } from '../../../src/deploy/watch/verdict.ts';
import { roundsOf } from '../../../src/deploy/watch/rounds.ts';
import { judgeRound } from '../../../src/deploy/watch/judge-round.ts';
import {
  done,
  exampleFacts,
  finished,
  phaseStarted,
  prepared,
  switched,
} from '../../support/events.ts';
import { journal } from '../../support/stage-context.ts';

const settings = {
  checks: 4,
  interval_seconds: 5,
  degraded_for: 2,
  unavailable_for: 3,
  guard_after_seconds: 60,
};

/** One round of one host; its public address is healthy unless told otherwise. */
function check(
  round: number,
  state: WatchCheck['state'],
  outside: WatchCheck['public'] = { state: 'healthy', ms: 3 },
  more: Partial<WatchCheck> = {},
): WatchCheck {
  const detail = state === 'healthy' ? {} : { detail: state };
  return { at: 1_000 + round, host: 'host-1', state, ms: 5, ...detail, public: outside, ...more };
}

const down: WatchCheck['public'] = {
  state: 'unavailable',
  ms: 3,
  detail: 'the public address answers HTTP 502',
};
const stuck: WatchCheck['public'] = { ...down, stuck: 'nginx refuses its configuration' };

function played(...checks: WatchCheck[]) {
  const events = journal(prepared(), switched());
  for (const one of checks) {
    const deployment = fold(events);
    if (deployment.due === 'watch') events.push(...judgeRound(deployment, [one], settings));
  }
  return fold(events);
}

const unhealthy = (...checks: WatchCheck[]) =>
  verdictOfWatch(played(...checks), settings).unhealthy;

const back = (checks: WatchCheck[], at: number) =>
  usersAffected(
    fold(
      journal(
        prepared({ facts: { ...exampleFacts, switchedAt: 1_000 } }),
        switched(),
        { type: 'checked', at: 1, checks },
        { type: 'rollback-requested', at, reason: 'unavailable' },
        phaseStarted('rollback'),
        done('return-slot', 'fine', { at }),
        done('switch-back', 'fine', { at }),
        finished('rolled-back'),
      ),
    ),
  );

describe('the public address in the watch', () => {
  const well = check(0, 'healthy');
  const bad = (round: number, outside = down) => check(round, 'healthy', outside);

  test('raises an alert of its own, and leads to a rollback that names it', () => {
    expect(played(well, bad(1)).alerts).toEqual([]);
    const { alerts } = played(well, bad(1), bad(2));
    expect(alerts).toMatchObject([
      {
        fingerprint: 'public-address',
        reason:
          'on host-1, the public address answers HTTP 502, although the service itself answers (2 checks in a row)',
      },
    ]);
    const { rollback } = played(well, bad(1), bad(2), bad(3));
    expect(rollback?.reason).toMatch(
      /^3 checks in a row failed \(limit 3\)\. On host-1, the public address/,
    );
  });

  test('leads to no rollback that could not help', () => {
    const d = played(well, ...[1, 2, 3, 4, 5].map((round) => bad(round, stuck)));
    expect(d.rollback).toBeUndefined();
    expect(d.alerts[0]?.reason).toContain('A rollback would not help, because nginx refuses');
    expect(verdictOfWatch(d, settings).unhealthy).toMatchObject({ checks: 5, side: 'public' });
  });

  test('of one host does not hide a release that is down on another host', () => {
    const proxy = bad(1, stuck);
    const release = check(1, 'unavailable', down, { host: 'host-2' });
    for (const checks of [
      [proxy, release],
      [release, proxy],
    ])
      expect(roundsOf(checks)).toMatchObject([{ state: 'unavailable', stuck: undefined }]);
  });

  test('counts with the slot: users get nothing, whichever of the two it is', () => {
    const slot = check(2, 'unavailable', down);
    const next = check(3, 'unavailable', down);
    expect(played(bad(1), slot, bad(3)).rollback).toBeDefined();
    expect(played(slot, next).alerts).toMatchObject([{ fingerprint: 'not-healthy' }]);
  });

  test('has its alert after that of the slot, which has recovered', () => {
    const slots = [1, 2].map((round) => check(round, 'degraded'));
    const other: WatchCheck['public'] = { state: 'degraded', ms: 3, other: 'old', detail: 'old' };
    const d = played(...slots, bad(3, other), bad(4, other));
    expect(
      d.alerts.map(({ fingerprint, recoveredAt }) => [fingerprint, recoveredAt !== undefined]),
    ).toEqual([
      ['not-healthy', true],
      ['public-address', false],
    ]);
  });
});

describe('the verdict', () => {
  const well = [1, 2, 3, 4].map((round) => check(round, 'healthy'));

  test('is good where every check was healthy, also where some could not be made', () => {
    expect(verdictOfWatch(played(...well), settings)).toEqual({});
    expect(verdictOfWatch(played(...well, check(5, 'unknown')), settings)).toEqual({});
  });

  test.each<[string, WatchCheck]>([
    ['unavailable', check(9, 'unavailable')],
    ['degraded', check(9, 'degraded')],
    ['not healthy at the public address', check(9, 'healthy', down)],
    [
      'another release at the public address',
      check(9, 'healthy', { state: 'degraded', ms: 1, other: 'old' }),
    ],
    ['restarted', check(9, 'degraded', undefined, { restarts: 1 })],
  ])('is unhealthy after one check that was %s', (_name, one) => {
    expect(unhealthy(...well, one)).toMatchObject({ checks: 1, of: 5, at: 1_009 });
  });

  test('is good where it is degraded as it was when it was approved, and nothing else', () => {
    const facts = { ...exampleFacts, health: { ms: 1, status: 'degraded' } };
    const verdict = (...checks: WatchCheck[]) =>
      verdictOfWatch(
        fold(journal(prepared({ facts }), switched(), { type: 'checked', at: 1, checks })),
        settings,
      ).unhealthy;
    const same = check(1, 'degraded', { state: 'degraded', ms: 2 });
    expect(verdict(same)).toBeUndefined();
    expect(verdict(check(1, 'unavailable'))).toBeDefined();
    expect(verdict({ ...same, restarts: 1 })).toBeDefined();
    expect(verdict({ ...same, public: { state: 'degraded', ms: 2, other: 'old' } })).toBeDefined();
  });

  test('is unwatched where fewer than half of the checks could be made', () => {
    expect(verdictOfWatch(played(check(1, 'healthy'), check(2, 'unknown')), settings)).toEqual({
      unwatched: true,
    });
  });

  test('counts the restarts of every host', () => {
    const checks = ['host-1', 'host-2', 'host-1', 'host-2'].map((host, index) =>
      check(Math.floor(index / 2), 'degraded', undefined, { host, restarts: 1 }),
    );
    const d = fold(journal(prepared(), switched(), { type: 'checked', at: 1, checks }));
    expect(verdictOfWatch(d, settings).unhealthy?.restarts).toBe(2);
  });
});

describe('how long users had a release that was taken back', () => {
  test('counts from the switch, and from the first check of the row that was not healthy', () => {
    const checks = [
      check(1_000, 'unavailable'),
      check(2_000, 'healthy'),
      check(9_000, 'degraded'),
      check(10_000, 'unavailable'),
    ];
    expect(back(checks, 21_000)).toEqual({ ms: 20_000, unhealthyMs: 11_000 });
  });

  test('is healthy time only where a person went back from a healthy release', () => {
    expect(back([check(1, 'healthy')], 3_000)).toEqual({ ms: 2_000, unhealthyMs: undefined });
  });

  test('is not known while they are on their way', () => {
    expect(usersAffected(fold(journal(prepared(), switched())))).toBeUndefined();
  });
});
