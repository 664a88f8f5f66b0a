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
  }, 20_000);
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
