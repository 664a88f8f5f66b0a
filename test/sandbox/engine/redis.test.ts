import { expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { startRedis } from '../../../sandbox/redis.ts';

test('a private Redis keeps what it acknowledged over a restart, and never evicts', async () => {
  const server = await startRedis();
  const client = new Redis(server.url, { lazyConnect: true });
  try {
    await client.set('key', 'kept');
    expect(await client.config('GET', 'maxmemory-policy')).toEqual([
      'maxmemory-policy',
      'noeviction',
    ]);
    expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
    client.disconnect();
    await server.restart();
    await client.connect();
    expect(await client.get('key')).toBe('kept');
  } finally {
    client.disconnect();
    await server.stop();
  }
});
