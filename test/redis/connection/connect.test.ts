import type { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { closeWorker } from '../../../jobs/queue-worker.ts';
import { startRedisCluster } from '../../../sandbox/redis-cluster.ts';
import { startRedis, type PrivateRedis } from '../../../sandbox/redis.ts';
import { checkRedis } from '../../../src/redis/connection/inspect-server.ts';
import { connectRedis } from '../../../src/redis/connection/connect.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
let server: PrivateRedis;

beforeAll(async () => {
  server = await startRedis();
});
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
    const redis = connectRedis(server.url, 'fail-fast', log);
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
    expect(said).toEqual([
      'Redis is unreachable: deployments wait, users keep the live release. Start Redis if it is down; argo-bot reconnects',
      'Redis is reachable again, so argo-bot continues',
    ]);
    redis.disconnect();
  });

  test('that works waits through an outage', async () => {
    const redis = connectRedis(server.url, 'persistent', silent);
    await redis.set('key', 'other');
    await server.kill();
    const answer = redis.get('key');
    await server.restart();
    expect(await answer).toBe('other');
    redis.disconnect();
  });

  test('on which a worker waits lets it stop while Redis is away', async () => {
    const redis = connectRedis(server.url, 'persistent', silent);
    const worker = new Worker('any', async () => {}, { connection: redis });
    worker.on('error', () => {});
    await worker.waitUntilReady();
    await server.kill();
    if (redis.status !== 'reconnecting') await heard(redis, 'reconnecting');
    await closeWorker(worker, redis);
    redis.disconnect();
    await server.restart();
  });

  // With one of its masters and nobody in its place, a cluster answers that it is down.
  test('to a cluster that is down for a while is there when it is back, for who asked meanwhile', async () => {
    const cluster = await startRedisCluster();
    const original = connectRedis(cluster.url, 'persistent', silent);
    if (original instanceof Redis) throw new Error('not a connection to a cluster');
    try {
      const copy = original.duplicate();
      copy.on('error', () => {});
      await heard(copy, 'ready');
      const [lost] = cluster.nodes;
      await lost?.kill();
      await cluster.down();
      copy.disconnect();
      let connected = false;
      const asked = copy.connect().then(() => (connected = true));
      await heard(copy, 'reconnecting');
      await lost?.restart();
      await heard(copy, 'ready');
      await Promise.race([asked, nextTurn()]);
      expect(connected).toBe(true);
      copy.disconnect();
    } finally {
      original.disconnect();
      await cluster.stop();
    }
  }, 60_000);

  // A connection to Sentinels tries them within one attempt, and says only that they did not answer.
  test.each([
    ['redis://127.0.0.1:1', 'reconnecting'],
    ['redis+sentinel://127.0.0.1:1/argo', 'error'],
    ['redis+cluster://127.0.0.1:1', 'reconnecting'],
  ])(
    'to %s, where nothing answers, ends when told to, and so does its copy',
    async (url, trying) => {
      const original = connectRedis(url, 'persistent', silent);
      const copy = original instanceof Redis ? original.duplicate() : original.duplicate();
      copy.on('error', () => {});
      await Promise.all(
        [original, copy].map(async (redis) => {
          const refused = expect(redis.get('key')).rejects.toThrow();
          await heard(redis, trying);
          const ended = heard(redis, 'end');
          redis.disconnect();
          await ended;
          await refused;
        }),
      );
    },
  );
});

/** Unlike `once` of node:events, it does not mind errors on the way. */
function heard(emitter: EventEmitter, event: string): Promise<void> {
  return new Promise((resolve) => void emitter.once(event, () => resolve()));
}
