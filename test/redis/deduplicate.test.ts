import { expect, test } from '@jest/globals';
import { startRedis } from '../../sandbox/redis.ts';
import { connectRedis } from '../../src/redis/connection/connect.ts';
import { createDeduplicate } from '../../src/redis/deduplicate.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

test('an id is new once; while Redis is away people are told just that', async () => {
  const server = await startRedis();
  const redis = connectRedis(server.url, 'fail-fast', silent);
  const remember = createDeduplicate(redis);
  expect([await remember('a', 60), await remember('a', 60), await remember('b', 60)]).toEqual([
    true,
    false,
    true,
  ]);
  await server.stop();
  await expect(remember('c', 60)).rejects.toMatchObject({
    code: 'records-unreachable',
    message: expect.stringContaining('Cannot reach Redis, so nothing was read or changed.'),
  });
  redis.disconnect();
});
