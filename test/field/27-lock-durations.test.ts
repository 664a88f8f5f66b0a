import { describe, expect, test } from '@jest/globals';
import { parse } from '../../src/slack/grammar/parse.ts';
import { lockedNow } from '../../src/slack/views/answers/locks.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('a length of time is taken however people write it', () => {
  test.each([
    ['for 2 hours', 2 * HOUR],
    ['for 2h', 2 * HOUR],
    ['for 2 h', 2 * HOUR],
    ['FOR 2 Hours', 2 * HOUR],
    ['for 2 hrs.', 2 * HOUR],
    ['for 2hrs', 2 * HOUR],
    ['for 2hours!', 2 * HOUR],
    ['for two hours', 2 * HOUR],
    ['for 2\u00A0hours', 2 * HOUR],
    ['for 2\u202Fh', 2 * HOUR],
    ['for the next 2 hours', 2 * HOUR],
    ['for about two hours please', 2 * HOUR],
    ['for 2 hours from now', 2 * HOUR],
    ['for a couple of hours', 2 * HOUR],
    ['for2h', 2 * HOUR],
    ['(for 2 hours)', 2 * HOUR],
    ['for 2 hours max', 2 * HOUR],
    ['for \uFF12 hours', 2 * HOUR],
    ['for twenty five minutes', 25 * MINUTE],
    ['for 1½ hours', 90 * MINUTE],
    ['for a fortnight', 14 * DAY],
    ['for 90m', 90 * MINUTE],
    ['for 90 min', 90 * MINUTE],
    ['for 90 minutes', 90 * MINUTE],
    ['for 1.5 h', 90 * MINUTE],
    ['for 1,5h', 90 * MINUTE],
    ['for 1h30', 90 * MINUTE],
    ['for 1h30m', 90 * MINUTE],
    ['for 1 hour 30 minutes', 90 * MINUTE],
    ['for 1 hour and 30 minutes', 90 * MINUTE],
    ['for an hour and a half', 90 * MINUTE],
    ['for one and a half hours', 90 * MINUTE],
    ['for an hour', HOUR],
    ['for one hour', HOUR],
    ['for half an hour', 30 * MINUTE],
    ['for 30 minutes', 30 * MINUTE],
    ['for thirty minutes', 30 * MINUTE],
    ['for a day', DAY],
    ['for 3 days', 3 * DAY],
    ['for 2weeks', 14 * DAY],
    ['for a week', 7 * DAY],
  ])('lock Black Friday %s', (words, ms) => {
    const asked = { kind: 'lock', reason: 'Black Friday', ms };
    expect(parse(`lock Black Friday ${words}`)).toEqual(asked);
    expect(parse(`lock Black Friday ${words} --env staging`)).toEqual({
      ...asked,
      environment: 'staging',
    });
    expect(parse(`freeze Black Friday ${words}`)).toEqual({ ...asked, kind: 'freeze' });
    expect(parse(`lock "Black Friday" ${words}`)).toEqual(asked);
  });

  test('before the reason as well', () => {
    const asked = { kind: 'lock', reason: 'Black Friday', ms: 2 * HOUR };
    expect(parse('lock for 2 hours Black Friday')).toEqual(asked);
  });

  test('the last one counts where a reason names a person, too', () => {
    expect(parse('lock waiting for Ben for 2 hours')).toEqual({
      kind: 'lock',
      reason: 'waiting for Ben',
      ms: 2 * HOUR,
    });
  });
});

describe('a time that is not understood is refused with the right form', () => {
  test.each([
    'for 2 huors',
    'for 2 minuts',
    'for at least 2 hours',
    'for 2 hours or so',
    'for a few hours',
    'for some days',
    'for 2 months',
    'for a hundred hours',
    'for 2 Stunden',
    'for 2',
    'for 2x',
    'for 2:30',
    'for 24/7',
    'for 2 working days',
    '(2h)',
    'until tmrw',
    'for the weekend',
    'for today',
    'for the rest of the day',
    'for 0h',
    'for 31 days',
    'for 10 seconds',
    'until 18:00',
    'until 18.00',
    'until 6pm',
    'until 6 pm CET',
    'till 18h',
    'until tomorrow',
    'until Monday',
    'until Monday 9am',
    'until next week',
    'until noon',
    'until end of day',
    'until 2026-12-01',
    'until 1 December',
    'until Dec 1st',
    'until 2 hours',
    '2h',
    '2 hours',
    'for 2 hours because of Ben',
  ])('lock Black Friday %s', (words) => {
    for (const command of [`lock Black Friday ${words}`, `freeze Black Friday ${words}`]) {
      const answer = parse(command);
      expect(answer).toMatchObject({
        kind: 'wrong',
        reason: expect.stringMatching(
          /Nothing was locked[^]*|`\/argo (?:lock|freeze) Black Friday for 2h`/,
        ),
      });
      expect(answer).toMatchObject({ reason: expect.stringMatching(/`(?:for )?2h`/) });
    }
  });

  test('a time inside the quotes of the reason, too', () => {
    expect(parse('lock "Black Friday for 2 hours"')).toMatchObject({
      kind: 'wrong',
      reason: expect.stringContaining('is inside the quotes'),
    });
  });
});

describe('a reason that only looks like a time stays a reason', () => {
  test.each([
    'waiting for Ben',
    'waiting for 2 reviewers',
    'waiting for two reviews',
    'prepared for 3 hosts',
    'waiting for 2FA rollout',
    'migration for v2 2nd part',
    'rehearsal for Monday',
    "for today's release",
    'for the morning release',
    'until Ben is back',
    'until further notice',
    'until v2 ships',
    'until 3 tests pass',
    'until the migration is done',
    "until Monday's release",
    'look into the last 2 hours of logs',
    'day of the audit',
    'incident 4711',
  ])('lock %s', (reason) => {
    expect(parse(`lock ${reason.replace("'", '’')}`)).toEqual({ kind: 'lock', reason });
  });

  test('in quotes it may be said in the middle', () => {
    const reason = 'the provider was down for 2 hours already';
    expect(parse(`lock "${reason}"`)).toEqual({ kind: 'lock', reason });
    expect(parse(`lock "${reason}" for 1h`)).toEqual({ kind: 'lock', reason, ms: HOUR });
  });
});

test('the answer gives the end in the time of whoever reads it, or says that there is none', () => {
  const at = Date.UTC(2026, 10, 27, 16);
  const lock = { reason: 'Black Friday', by: 'U1', at };
  const answer = (until?: number) =>
    JSON.stringify(lockedNow([{ service: 's', environment: 'e' }], { ...lock, until }, false));
  const end = at + 2 * HOUR;
  expect(answer(end)).toContain(`until <!date^${end / 1_000}^{date_short_pretty} {time}|`);
  expect(answer()).toContain('It has no end time: `/argo unlock` removes it.');
});
