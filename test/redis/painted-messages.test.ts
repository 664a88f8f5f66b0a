import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { startRedis, type PrivateRedis } from '../../sandbox/redis.ts';
import { createPaintedMessages } from '../../src/redis/painted-messages.ts';
import { createDeduplicate } from '../../src/redis/deduplicate.ts';

let server: PrivateRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

test('remembers messages by key, one begun without a ts too', async () => {
  const painted = createPaintedMessages(redis);
  expect(await painted.read('d1')).toEqual({});
  await painted.save('d1', 'summary', { channel: 'C1', hash: 'a', at: 1 });
  expect(await painted.read('d1')).toEqual({ summary: { channel: 'C1', hash: 'a', at: 1 } });
  await painted.save('d1', 'summary', { channel: 'C1', ts: '1.2', hash: 'a', at: 2 });
  await painted.save('d1', 'checklist', { channel: 'C1', ts: '1.3', hash: 'b', at: 3 });
  expect(await painted.read('d1')).toEqual({
    summary: { channel: 'C1', ts: '1.2', hash: 'a', at: 2 },
    checklist: { channel: 'C1', ts: '1.3', hash: 'b', at: 3 },
  });
  expect(await painted.read('d2')).toEqual({});
});

test('the painted version only grows', async () => {
  const painted = createPaintedMessages(redis);
  expect(await painted.paintedVersion('d1')).toBe(0);
  await painted.savePaintedVersion('d1', 7);
  await painted.savePaintedVersion('d1', 5);
  expect(await painted.paintedVersion('d1')).toBe(7);
});

test('an id is new once, even when two ask together', async () => {
  const seen = createDeduplicate(redis);
  const answers = await Promise.all([seen('trigger', 60), seen('trigger', 60)]);
  expect(answers.filter(Boolean)).toHaveLength(1);
  expect(await seen('another', 60)).toBe(true);
  expect(await redis.ttl('{argo}:seen:trigger')).toBeGreaterThan(0);
});
