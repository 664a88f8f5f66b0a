import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { type PrivateRedis, startRedis } from '../../sandbox/redis.ts';
import { crowds, goodPlan } from '../support/thread-plans.ts';
import { paintThreads } from '../support/threads.ts';

describe('threads of a strict workspace, in simulated time', () => {
  let server: PrivateRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  beforeEach(() => redis.flushall());
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  test('one deployment: at most 25 calls a minute, and its progress every few seconds', async () => {
    const figures = await paintThreads(redis, [goodPlan(0, 8)]);
    expect(figures.limited).toBe(0);
    expect(figures.mostAMinute).toBeLessThanOrEqual(25);
    expect(Math.max(...figures.lateness)).toBeLessThanOrEqual(3_000);
    expect(Math.max(...figures.gaps)).toBeLessThanOrEqual(15_000);
  }, 180_000);

  const lasts = 600_000;
  /** No pause between two tries is longer, and then there may be something to wait for within Slack's limits. */
  const soon = 18_000;
  const well = { missing: [], twice: [] };

  test.each([
    { name: 'from the first message of one on', from: 0, plans: [goodPlan(0, 8)] },
    { name: 'in the watch of one', from: 75_000, plans: [goodPlan(0, 8)] },
    { name: 'while ten go on', from: 40_000, plans: crowds[0]?.plans ?? [] },
  ])(
    'Slack away for ten minutes, $name: how all of them ended is told soon after, and nothing twice',
    async ({ from, plans }) => {
      const figures = await paintThreads(redis, plans, { from, lasts });
      expect(figures.standing).toEqual(plans.map(() => expect.objectContaining(well)));
      expect(Math.min(...figures.standing.map(({ messages }) => messages))).toBeGreaterThan(3);
      expect(figures.limited).toBe(0);
      expect(figures.caughtUp).toBeGreaterThan(0);
      expect(figures.caughtUp).toBeLessThanOrEqual(soon);
    },
    180_000,
  );

  test('Slack away for ten minutes, from the approval card on: it is found and not posted again, and can be clicked', async () => {
    const plans = [goodPlan(0, lasts / 1_000 + 300)];
    const figures = await paintThreads(redis, plans, { from: 40_000, lasts });
    expect(figures.standing).toEqual([expect.objectContaining(well)]);
    const [gate = Infinity, end = Infinity] = figures.lateness;
    expect(gate).toBeGreaterThan(lasts - 10_000);
    expect(gate).toBeLessThanOrEqual(lasts + soon);
    expect(end).toBeLessThanOrEqual(3_000);
  }, 180_000);

  test.each(crowds)(
    'ten at once in ten channels, $name: none answered 429, no last state late',
    async ({ plans }) => {
      const figures = await paintThreads(redis, plans);
      expect(figures.limited).toBe(0);
      expect(figures.mostAMinuteOfOne).toBeLessThanOrEqual(25);
      expect(figures.lateness).toHaveLength(plans.flat().filter(({ awaited }) => awaited).length);
      expect(Math.max(...figures.lateness)).toBeLessThanOrEqual(3_000);
    },
    180_000,
  );
});
