import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { startRedis, type PrivateRedis } from '../../sandbox/redis.ts';
import { createLimiter } from '../../src/redis/limiter.ts';

let server: PrivateRedis;
let redis: Redis;
let other: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  other = new Redis(server.url);
}, 20_000);
afterAll(async () => {
  redis.disconnect();
  other.disconnect();
  await server.stop();
});

test('a burst goes through, the next one is told how long to wait', async () => {
  const limiter = createLimiter(redis);
  expect(await limiter.take('burst', 1, 2)).toEqual({ kind: 'go' });
  expect(await limiter.take('burst', 1, 2)).toEqual({ kind: 'go' });
  const third = await limiter.take('burst', 1, 2);
  expect(third.kind).toBe('wait');
  expect(third.kind === 'wait' && third.ms > 50_000 && third.ms <= 60_000).toBe(true);
});

test('waiting does not cost a turn', async () => {
  const limiter = createLimiter(redis);
  await limiter.take('asking', 1, 1);
  const first = await limiter.take('asking', 1, 1);
  const second = await limiter.take('asking', 1, 1);
  if (first.kind !== 'wait' || second.kind !== 'wait') throw new Error('both have to wait');
  expect(second.ms).toBeLessThanOrEqual(first.ms);
});

test('processes share a bucket: of many at once, no more than the burst', async () => {
  const limiters = [createLimiter(redis), createLimiter(other)];
  const turns = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => limiters[index % 2]?.take('shared', 1, 5)),
  );
  expect(turns.filter((turn) => turn?.kind === 'go')).toHaveLength(5);
});

test('keys do not touch each other', async () => {
  const limiter = createLimiter(redis);
  await limiter.take('one', 1, 1);
  expect(await limiter.take('two', 1, 1)).toEqual({ kind: 'go' });
});

test('a pause holds everyone, and a shorter one does not shorten it', async () => {
  await createLimiter(redis).pause('held', 60_000);
  await createLimiter(redis).pause('held', 10);
  const turn = await createLimiter(other).take('held', 60, 60);
  expect(turn.kind === 'wait' && turn.ms > 50_000).toBe(true);
});

test('every key carries the hash tag and goes away by itself', async () => {
  await createLimiter(redis).take('tagged', 60, 1);
  const keys = await redis.keys('*');
  expect(keys.every((key) => key.startsWith('{argo}:'))).toBe(true);
  const lives = await Promise.all(keys.map((key) => redis.pttl(key)));
  expect(lives.every((ms) => ms > 0)).toBe(true);
});
