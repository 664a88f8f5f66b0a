// Another user of the bot's machine puts a server of his own where the private Redis would be: in its folder, at its
// socket, or behind a link. Who runs it could approve deployments, so nothing may be told to it, not even the password.
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findPrivateRedis, startPrivateRedis } from '../../src/private-redis.ts';

const STRANGER = 65_534;
let data: string;
let folder: string;
let server: Server | undefined;
let heard: string[];

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'impostor-'));
  folder = join(data, 'redis');
  mkdirSync(folder, { mode: 0o700 });
  heard = [];
});
afterEach(async () => {
  const open = server;
  server = undefined;
  if (open) await new Promise((done) => open.close(done));
  rmSync(data, { recursive: true });
});

/** Takes every password, as a Redis without one would not. */
async function impostor(path: string): Promise<void> {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      heard.push(String(bytes));
      socket.write('+OK\r\n');
    });
  }).listen(path);
  await once(server, 'listening');
}

const refused = { code: 'redis-not-ours' };

async function expectRefused(): Promise<void> {
  await expect(startPrivateRedis(data)).rejects.toMatchObject(refused);
  await expect(findPrivateRedis(data)).rejects.toMatchObject(refused);
  expect(heard.join()).not.toMatch(/AUTH/);
}

test('a socket of another user', async () => {
  await impostor(join(folder, 'redis.sock'));
  chownSync(join(folder, 'redis.sock'), STRANGER, STRANGER);
  await expectRefused();
  expect(heard).toEqual([]);
});

test('a folder of another user, or one that others can enter', async () => {
  await impostor(join(folder, 'redis.sock'));
  chownSync(folder, STRANGER, STRANGER);
  await expectRefused();
  chownSync(folder, 0, 0);
  chmodSync(folder, 0o711);
  await expectRefused();
  expect(heard).toEqual([]);
});

test('a link in the place of the socket, or of the folder', async () => {
  await impostor(join(data, 'elsewhere.sock'));
  symlinkSync(join(data, 'elsewhere.sock'), join(folder, 'redis.sock'));
  await expectRefused();
  unlinkSync(join(folder, 'redis.sock'));
  rmSync(folder, { recursive: true });
  mkdirSync(join(data, 'theirs'), { mode: 0o700 });
  symlinkSync(join(data, 'theirs'), folder);
  await expectRefused();
  expect(heard).toEqual([]);
});

test('one that takes any password is asked nothing after its first answer', async () => {
  await impostor(join(folder, 'redis.sock'));
  await expectRefused();
  expect(heard.every((line) => line === 'PING\r\n')).toBe(true);
});
