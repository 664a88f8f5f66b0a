import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ensurePackages } from './setup.ts';

export interface RedisOptions {
  /** Where the data stays; without it, a temporary folder that `stop` removes. */
  readonly dir?: string;
  readonly port?: number;
  /** One node of a cluster; who joins them is redis-cluster.ts. */
  readonly cluster?: boolean;
  /** The port of the master that it follows; who watches over them is redis-sentinel.ts. */
  readonly replicaOf?: number;
  /** Besides, or instead of, what the bot needs. */
  readonly settings?: Readonly<Record<string, string>>;
  /** It is no server but a Sentinel, which watches the master on that port. */
  readonly sentinelOf?: number;
}

export interface PrivateRedis {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
  /** SIGKILL: what was not yet on disk is lost. */
  kill(): Promise<void>;
  /** SIGSTOP: it says nothing more, and closes no connection. */
  freeze(): void;
  /** Starts again on the same port with the same data, from whatever state. */
  restart(): Promise<void>;
}

/** By this name Sentinels know the master. */
export const MASTER = 'argo';

/** A busy machine silences a server for seconds: Sentinels change the master only when they are told to notice. */
export const PATIENT_MS = 60_000;

const startDeadlineMs = 25_000;

/** A Redis of our own on loopback, set up the way the bot needs it. */
export async function startRedis(options: RedisOptions = {}): Promise<PrivateRedis> {
  if (!onPath('redis-server')) await ensurePackages(['redis-server']);
  const temporary = options.dir === undefined;
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'argo-redis-'));
  if (temporary) removeOnOurDeath(dir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const port = options.port ?? (await freePort());
  const args = await argumentsFor(options, dir, port);
  let server = await launch(args, port, temporary);
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (hasEnded(server)) return;
    server.ref();
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill: () => end('SIGKILL'),
    freeze: () => void server.kill('SIGSTOP'),
    async restart() {
      await end('SIGTERM');
      server = await launch(args, port, temporary);
    },
    async stop() {
      await end(temporary ? 'SIGKILL' : 'SIGTERM');
      // A child that saves may outlive the server for a moment, and write while this removes.
      if (temporary) rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

async function argumentsFor(
  { cluster, replicaOf, sentinelOf, settings: more }: RedisOptions,
  dir: string,
  port: number,
): Promise<string[]> {
  if (sentinelOf !== undefined) return [sentinelFile(dir, port, sentinelOf), '--sentinel'];
  const settings = {
    bind: '127.0.0.1',
    port,
    dir,
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
    // The append-only file keeps the data; snapshots would only cost time at every stop.
    save: '',
    // The first replica need not wait for a second one before it is given the data.
    'repl-diskless-sync-delay': 0,
    // The usual bus is ten thousand above, where there may be no port any more.
    ...(cluster
      ? {
          'cluster-enabled': 'yes',
          'cluster-port': await freePort(),
          // As soon as the Sentinels do; the usual fifteen seconds would only be waited for.
          'cluster-node-timeout': 2_000,
        }
      : {}),
    ...(replicaOf === undefined ? {} : { replicaof: `127.0.0.1 ${replicaOf}` }),
    ...more,
  };
  return Object.entries(settings).flatMap(([key, value]) => [
    `--${key}`,
    ...String(value).split(' '),
  ]);
}

/** A Sentinel writes what it learns into its own settings, so they are a file. */
function sentinelFile(dir: string, port: number, master: number): string {
  const file = join(dir, 'sentinel.conf');
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir ${dir}`,
    `sentinel monitor ${MASTER} 127.0.0.1 ${master} 2`,
    `sentinel down-after-milliseconds ${MASTER} ${PATIENT_MS}`,
    `sentinel failover-timeout ${MASTER} 2000`,
    `sentinel parallel-syncs ${MASTER} 2`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

async function launch(args: string[], port: number, temporary: boolean): Promise<ChildProcess> {
  // The kernel ends the server with us, however we end.
  const onOurDeath = temporary ? 'KILL' : 'TERM';
  const server = spawn('setpriv', ['--pdeathsig', onOurDeath, 'redis-server', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const log: string[] = [];
  server.stdout.setEncoding('utf8').on('data', (text: string) => log.splice(0, 9, text));
  await untilAnswering(server, port, log);
  server.unref();
  if (server.stdout instanceof Socket) server.stdout.unref();
  return server;
}

async function untilAnswering(server: ChildProcess, port: number, log: string[]): Promise<void> {
  const deadline = Date.now() + startDeadlineMs;
  while (!(await pong(port))) {
    if (hasEnded(server) || Date.now() > deadline) {
      server.kill('SIGKILL');
      throw new Error(`redis-server did not start: ${log.join('').trim() || 'nothing written'}`);
    }
    await pause(10);
  }
}

/** While it loads its data it accepts connections, but answers -LOADING. */
function pong(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 }, () => {
      socket.write('PING\r\n');
    });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (reply) => settle(reply.toString().startsWith('+PONG')));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}

/** Removes the folder when this process has ended without doing it: the pipe closes. */
function removeOnOurDeath(dir: string): void {
  const script = 'cat >/dev/null; while ! rm -rf "$1"; do sleep 0.05; done';
  const child = spawn('sh', ['-c', script, 'sh', dir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  await new Promise((done) => server.close(done));
  if (bound === null || typeof bound === 'string') throw new Error('no free port');
  return bound.port;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}
