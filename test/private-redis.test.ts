import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startRedis } from '../sandbox/redis.ts';
import { findPrivateRedis, type PrivateRedis, startPrivateRedis } from '../src/private-redis.ts';

let folder: string;
const stops: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'private redis-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function started(port: number, data = folder): Promise<PrivateRedis> {
  const own = await startPrivateRedis(data, port);
  stops.push(() => own.stop());
  return own;
}

async function ask<T>(url: string, act: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  try {
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

test('lets nobody in without the password, which stands in no argument and no open file', async () => {
  const port = await freePort();
  const { url, password } = await started(port);
  await expect(ask(`redis://127.0.0.1:${port}`, (redis) => redis.ping())).rejects.toThrow('NOAUTH');
  expect(await ask(url, (redis) => redis.config('GET', 'appendfsync'))).toEqual([
    'appendfsync',
    'always',
  ]);
  for (const name of ['password', 'redis.conf'])
    expect(statSync(join(folder, 'redis', name)).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'redis')).mode & 0o777).toBe(0o700);
  const seen = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });
  expect(seen.some((line) => line.includes(`127.0.0.1:${port}`))).toBe(true);
  expect(seen.join('\n')).not.toContain(password);
}, 20_000);

test('is shared by the parts that have its folder, and keeps its data and its password', async () => {
  const port = await freePort();
  const [one, two] = await Promise.all([started(port), started(port)]);
  expect(two.url).toBe(one.url);
  await ask(one.url, (redis) => redis.set('k', 'v'));
  await Promise.all([one.stop(), two.stop()]);
  const again = await started(port);
  expect(again.password).toBe(one.password);
  expect(await ask(again.url, (redis) => redis.get('k'))).toBe('v');
}, 20_000);

test('one of somebody else is refused, whether it has a password or none', async () => {
  const port = await freePort();
  await started(port);
  const other = mkdtempSync(join(tmpdir(), 'other-'));
  stops.push(async () => rmSync(other, { recursive: true }));
  await expect(startPrivateRedis(other, port)).rejects.toMatchObject({ code: 'redis-not-ours' });
  const open = await startRedis();
  stops.push(() => open.stop());
  await expect(startPrivateRedis(folder, open.port)).rejects.toMatchObject({
    code: 'redis-not-ours',
  });
}, 20_000);

test('something that never answers is refused too, and a spoiled password is not used', async () => {
  const mute = createServer((socket) => void socket.resume()).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  stops.push(() => new Promise((done) => mute.close(done)));
  const address = mute.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(startPrivateRedis(folder, port)).rejects.toMatchObject({ code: 'redis-not-ours' });
  writeFileSync(join(folder, 'redis/password'), 'x\nbind 0.0.0.0\n');
  await expect(startPrivateRedis(folder, port)).rejects.toMatchObject({ code: 'data-folder' });
}, 20_000);

test('is looked for without being started, or anything being made', async () => {
  const port = await freePort();
  expect(await findPrivateRedis(folder, port)).toEqual({ kind: 'not-running' });
  expect(readdirSync(folder)).toEqual([]);
  const { url, password } = await started(port);
  expect(await findPrivateRedis(folder, port)).toEqual({ kind: 'running', url, password });
  await expect(findPrivateRedis(join(folder, 'other'), port)).rejects.toMatchObject({
    code: 'redis-not-ours',
  });
});
