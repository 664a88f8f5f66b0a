import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { startRedis, type PrivateRedis } from '../../sandbox/redis.ts';
import { checkRedis } from '../../src/redis/check.ts';
import { connectRedis } from '../../src/redis/connect.ts';

let server: PrivateRedis;
beforeAll(async () => {
  server = await startRedis();
}, 20_000);
afterAll(() => server.stop());

describe('before the start', () => {
  test('a Redis that keeps what it is given is good', async () => {
    await expect(checkRedis(server.url)).resolves.toBeUndefined();
  });

  test('one that throws records away when it is full is refused', async () => {
    const redis = new Redis(server.url);
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(checkRedis(server.url)).rejects.toMatchObject({
      code: 'redis-evicts',
      message: expect.stringContaining('allkeys-lru'),
    });
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    redis.disconnect();
  });

  test('one that is not there is refused, without its password in the message', async () => {
    await expect(checkRedis('redis://:hunter2@127.0.0.1:1')).rejects.toMatchObject({
      code: 'redis-unreachable',
      message: 'Redis does not answer at 127.0.0.1:1',
    });
  });

  test('one that does not let itself be asked about it is taken as it is', async () => {
    const redis = new Redis(server.url);
    await redis.acl('SETUSER', 'managed', 'on', '>secret', '~*', '&*', '+@all', '-config');
    const url = new URL(server.url);
    url.username = 'managed';
    url.password = 'secret';
    await expect(checkRedis(url.href)).resolves.toBeUndefined();
    redis.disconnect();
  });
});

describe('a connection', () => {
  test('that asks fails soon while Redis is away, says so once, and is back by itself', async () => {
    const said: string[] = [];
    const log = {
      info: (_fields: object, message: string) => void said.push(message),
      warn: (_fields: object, message: string) => void said.push(message),
      error: (_fields: object, message: string) => void said.push(message),
    };
    const redis = connectRedis(server.url, 'asking', log);
    await redis.set('key', 'value');
    await server.kill();
    await expect(redis.get('key')).rejects.toThrow();
    await expect(redis.get('key')).rejects.toThrow();
    await server.restart();
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    if (redis.status === 'ready') resolve();
    else redis.once('ready', resolve);
    await ready;
    expect(await redis.get('key')).toBe('value');
    expect(said).toEqual(['redis is away', 'redis is back']);
    redis.disconnect();
  }, 20_000);

  test('that works waits through an outage', async () => {
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const redis = connectRedis(server.url, 'working', silent);
    await redis.set('key', 'other');
    await server.kill();
    const answer = redis.get('key');
    await server.restart();
    expect(await answer).toBe('other');
    redis.disconnect();
  }, 20_000);
});
