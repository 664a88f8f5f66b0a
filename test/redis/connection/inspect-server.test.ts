import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { type PrivateRedis, startRedis } from '../../../sandbox/redis.ts';
import { inspectServer } from '../../../src/redis/connection/inspect-server.ts';

let server: PrivateRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

test('a Redis says what it is, and keeps nothing of the question', async () => {
  const redis = new Redis(server.url);
  expect(await inspectServer(server.url)).toEqual({
    version: expect.stringMatching(/^\d+\.\d+/),
    policy: 'noeviction',
    aof: true,
    fsync: 'everysec',
    snapshots: '',
    lastWriteOk: true,
    latencyMs: expect.any(Number),
  });
  expect(await redis.dbsize()).toBe(0);
  redis.disconnect();
});

test('one that keeps CONFIG to itself leaves that open', async () => {
  const redis = new Redis(server.url);
  await redis.acl('SETUSER', 'managed', 'on', '>secret', '~*', '&*', '+@all', '-config');
  redis.disconnect();
  const url = new URL(server.url);
  url.username = 'managed';
  url.password = 'secret';
  expect(await inspectServer(url.href)).toMatchObject({
    policy: 'noeviction',
    fsync: undefined,
    snapshots: undefined,
  });
});

test('one that is not there is a failure', async () => {
  await expect(inspectServer('redis://127.0.0.1:1')).rejects.toThrow();
});
