import { expect, test } from '@jest/globals';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { campaign } from './campaign.ts';
import { faults, planOf, wordsOf } from './plan.ts';
import { lineOf } from './table.ts';

/** Of every kind some, and of those that are quickly over. */
const NAMES = [
  'worker told to stop',
  'bot killed',
  'redis restarted',
  'redis slow',
  'link reset',
  'reply lost',
  'sshd restarted',
  'envelopes twice',
  'clicked by two',
  'approved after drift',
];
/** A fault that is added changes none of them. */
const PLANS = NAMES.map((name, n) => planOf(2_100 + n, name));

test('a seed decides the whole run, and all faults get their turn', () => {
  expect(wordsOf(planOf(7))).toBe(wordsOf(planOf(7)));
  const named = faults.map((_, seed) => planOf(seed).fault.name);
  expect(new Set(named)).toEqual(new Set(faults.map(({ name }) => name)));
  // The same fault at another instant, sooner or later.
  const instants = [0, 1, 2, 3].map((turn) => wordsOf(planOf(turn * faults.length)).slice(8));
  expect(new Set(instants).size).toBeGreaterThan(1);
});

describeOnHosts('whole deployments with something broken in their midst', () => {
  test('come to their end, and nothing is lost, twice, or left behind', async () => {
    const played = await campaign(PLANS, () => undefined, new AbortController().signal);
    expect(played.filter(({ wrong }) => wrong.length > 0).map(lineOf)).toEqual([]);
    expect(played).toHaveLength(PLANS.length);
  }, 1_800_000);
});
