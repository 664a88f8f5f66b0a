import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Misconfigured } from './deploy/errors.ts';

export interface PrivateRedis {
  url: string;
  stop(): Promise<void>;
}

const PORT = 6_397;
const START_MS = 10_000;

/**
 * On a single machine without REDIS_URL: a redis-server of our own, on loopback, with its data kept and
 * nothing ever evicted. One that is already there from another part of the bot is shared.
 */
export async function startPrivateRedis(dataDirectory: string): Promise<PrivateRedis> {
  const url = `redis://127.0.0.1:${PORT}`;
  if (await answers()) return { url, stop: () => Promise.resolve() };
  const folder = join(dataDirectory, 'redis');
  makeFolder(folder);
  const server = launch(folder);
  const deadline = Date.now() + START_MS;
  while (!(await answers())) {
    if (server.exitCode !== null || !existsSync(folder) || Date.now() > deadline) {
      server.kill();
      throw notStarted();
    }
    await wait(20);
  }
  return {
    url,
    async stop() {
      if (server.exitCode !== null) return;
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    },
  };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Misconfigured(`The data folder ${folder} cannot be made`, {
      code: 'data-folder',
      next: 'Point ARGO_DATA to a folder that this user may write to.',
      cause: error,
    });
  }
}

function launch(folder: string): ChildProcess {
  const settings = {
    port: String(PORT),
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
    save: '',
  };
  const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
  // Its own process group: Ctrl-C must reach us first, so that we can still write to it.
  const server = spawn('redis-server', args, { stdio: 'ignore', detached: true });
  server.on('error', () => undefined);
  return server;
}

function notStarted(): Misconfigured {
  return new Misconfigured('REDIS_URL is not set and no redis-server could be started here', {
    code: 'no-redis',
    next: 'Install it (apt-get install redis-server), or set REDIS_URL to a Redis that runs.',
  });
}

async function answers(): Promise<boolean> {
  const socket = connect(PORT, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [data] = await once(socket, 'data');
    return String(data).startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
