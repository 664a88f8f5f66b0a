import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { Redis } from 'ioredis';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretsOf } from '../src/redis/connection/address.ts';
import { addressOf, type Connection, connectOnce } from '../src/redis/connection/connect.ts';
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

async function started(data = folder): Promise<PrivateRedis> {
  const own = await startPrivateRedis(data);
  stops.push(() => own.stop());
  return own;
}

async function ask<T>(url: string, act: (redis: Connection) => Promise<T>): Promise<T> {
  const redis = connectOnce(addressOf(url));
  try {
    await redis.connect();
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

const socketOf = (data = folder): string => join(data, 'redis/redis.sock');
const passwordOf = (url: string): string => secretsOf(addressOf(url))[0] ?? '';
const address = (path: string, password: string): string =>
  `redis+unix://:${password}@${encodeURI(path)}`;

test('lets nobody in without the password, which stands in no argument and no open file', async () => {
  const { url } = await started();
  const password = passwordOf(url);
  await expect(ask(address(socketOf(), 'x'), (redis) => redis.ping())).rejects.toThrow(
    /WRONGPASS|closed/,
  );
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
  expect(seen.some((line) => line.includes(`unixsocket:${socketOf()}`))).toBe(true);
  expect(seen.join('\n')).not.toContain(password);
});

test('opens no port', async () => {
  const { url } = await started();
  const info = await ask(url, async (redis) =>
    redis instanceof Redis ? redis.info('server') : '',
  );
  const pid = /process_id:(\d+)/.exec(info)?.[1];
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
      } catch {
        return [];
      }
    }),
  );
  expect([...own].some((name) => name.startsWith('socket:'))).toBe(true);
  const listed = ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/net/${kind}`, 'utf8').split('\n'),
  );
  expect(listed.filter((line) => own.has(`socket:[${line.trim().split(/\s+/)[9]}]`))).toEqual([]);
});

test('is shared by the parts that have its folder, and keeps its data and its password', async () => {
  const [one, two] = await Promise.all([started(), started()]);
  expect(two.url).toBe(one.url);
  await ask(one.url, (redis) => redis.set('k', 'v'));
  await Promise.all([one.stop(), two.stop()]);
  const again = await started();
  expect(again.url).toBe(one.url);
  expect(await ask(again.url, (redis) => redis.get('k'))).toBe('v');
});

test('a spoiled password is not used, and a path that no socket may have is told', async () => {
  mkdirSync(join(folder, 'redis'), { mode: 0o700 });
  writeFileSync(join(folder, 'redis/password'), 'x\nbind 0.0.0.0\n');
  await expect(startPrivateRedis(folder)).rejects.toMatchObject({ code: 'data-folder' });
  await expect(startPrivateRedis(join(folder, 'x'.repeat(100)))).rejects.toMatchObject({
    code: 'data-folder',
    message: expect.stringContaining('longer than the 107 bytes'),
  });
});

test('is looked for without being started, or anything being made', async () => {
  expect(await findPrivateRedis(folder)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
  const { url } = await started();
  expect(await findPrivateRedis(folder)).toBe(url);
});

test('while that of the version before still runs on the same data, none is started', async () => {
  const own = await started();
  await own.stop();
  const former = createServer((socket) => {
    socket.on('error', () => undefined);
    let known = false;
    socket.on('data', (data) => {
      known ||= String(data).includes(`AUTH ${passwordOf(own.url)}`);
      socket.write(
        String(data).startsWith('AUTH') ? '+OK\r\n' : known ? '+PONG\r\n' : '-NOAUTH\r\n',
      );
    });
  }).listen(0, '127.0.0.1');
  await once(former, 'listening');
  stops.push(() => new Promise((done) => former.close(done)));
  const at = former.address();
  const port = typeof at === 'object' && at !== null ? at.port : 0;
  await expect(startPrivateRedis(folder, port)).rejects.toMatchObject({
    code: 'redis-not-ours',
    message: expect.stringContaining('older argo-bot'),
  });
});

test('root finds the Redis of the user who owns the data folder, and of nobody else', async () => {
  const { url } = await started();
  const nobody = 65_534;
  for (const path of [join(folder, 'redis'), socketOf()]) chownSync(path, nobody, nobody);
  await expect(findPrivateRedis(folder)).rejects.toMatchObject({ code: 'redis-not-ours' });
  chownSync(folder, nobody, nobody);
  expect(await findPrivateRedis(folder)).toBe(url);
  await expect(startPrivateRedis(folder)).rejects.toMatchObject({ code: 'redis-not-ours' });
});
