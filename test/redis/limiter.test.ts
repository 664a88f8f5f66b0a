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
});
afterAll(async () => {
  redis.disconnect();
  other.disconnect();
  await server.stop();
});

test('a burst goes through, the next one is told how long to wait', async () => {
  const limiter = createLimiter(redis);
  expect(await limiter.take('burst', { perMinute: 1, burst: 2 })).toEqual({ kind: 'go' });
  expect(await limiter.take('burst', { perMinute: 1, burst: 2 })).toEqual({ kind: 'go' });
  const third = await limiter.take('burst', { perMinute: 1, burst: 2 });
  expect(third.kind).toBe('wait');
  expect(third.kind === 'wait' && third.ms > 50_000 && third.ms <= 60_000).toBe(true);
});

test('waiting does not cost a turn', async () => {
  const limiter = createLimiter(redis);
  await limiter.take('asking', { perMinute: 1, burst: 1 });
  const first = await limiter.take('asking', { perMinute: 1, burst: 1 });
  const second = await limiter.take('asking', { perMinute: 1, burst: 1 });
  if (first.kind !== 'wait' || second.kind !== 'wait') throw new Error('both have to wait');
  expect(second.ms).toBeLessThanOrEqual(first.ms);
});

test('processes share a bucket: of many at once, no more than the burst', async () => {
  const limiters = [createLimiter(redis), createLimiter(other)];
  const turns = await Promise.all(
    Array.from({ length: 40 }, async (_, index) =>
      limiters[index % 2]?.take('shared', { perMinute: 1, burst: 5 }),
    ),
  );
  expect(turns.filter((turn) => turn?.kind === 'go')).toHaveLength(5);
});

test('keys do not touch each other', async () => {
  const limiter = createLimiter(redis);
  await limiter.take('one', { perMinute: 1, burst: 1 });
  expect(await limiter.take('two', { perMinute: 1, burst: 1 })).toEqual({ kind: 'go' });
});

test('in any minute no more than the limit, and each turn comes back a minute after it was taken', async () => {
  let time = 1_700_000_000_000;
  const limiter = createLimiter(redis, () => time);
  const take = () => limiter.take('minute', { inAnyMinute: 2 });
  expect(await take()).toEqual({ kind: 'go' });
  time += 20_000;
  expect(await take()).toEqual({ kind: 'go' });
  expect(await take()).toEqual({ kind: 'wait', ms: 41_000 });
  time += 41_000;
  expect(await take()).toEqual({ kind: 'go' });
  expect(await take()).toEqual({ kind: 'wait', ms: 20_000 });
});

test('what is reserved is left to those that matter more, and never all of it', async () => {
  const limiter = createLimiter(redis);
  const take = (reserved?: number) => limiter.take('reserve', { inAnyMinute: 3 }, reserved);
  expect((await take(2)).kind).toBe('go');
  expect((await take(2)).kind).toBe('wait');
  expect((await take()).kind).toBe('go');
  expect((await take()).kind).toBe('go');
  expect((await take()).kind).toBe('wait');
  expect((await limiter.take('small', { inAnyMinute: 3 }, 9)).kind).toBe('go');
});

test('processes share a minute: of many at once, no more than the limit', async () => {
  const limiters = [createLimiter(redis), createLimiter(other)];
  const turns = await Promise.all(
    Array.from({ length: 40 }, async (_, index) =>
      limiters[index % 2]?.take('many', { inAnyMinute: 5 }),
    ),
  );
  expect(turns.filter((turn) => turn?.kind === 'go')).toHaveLength(5);
});

test('a pause holds everyone, and a shorter one does not shorten it', async () => {
  await createLimiter(redis).pause('held', 60_000);
  await createLimiter(redis).pause('held', 10);
  for (const rate of [{ perMinute: 60, burst: 60 }, { inAnyMinute: 60 }]) {
    const turn = await createLimiter(other).take('held', rate);
    expect(turn.kind === 'wait' && turn.ms > 50_000).toBe(true);
  }
});

test('every key carries the hash tag and goes away by itself', async () => {
  await createLimiter(redis).take('tagged', { perMinute: 60, burst: 1 });
  await createLimiter(redis).take('tagged', { inAnyMinute: 2 });
  const keys = await redis.keys('*');
  expect(keys.every((key) => key.startsWith('{argo}:'))).toBe(true);
  const lives = await Promise.all(keys.map((key) => redis.pttl(key)));
  expect(lives.every((ms) => ms > 0)).toBe(true);
});
