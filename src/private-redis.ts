import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { formerRuns, notOurs, notStarted, unusableFolder } from './private-redis/failures.ts';
import { type PrivateRedisPlace, placeIn, refuseForeign, urlOf } from './private-redis/place.ts';

export interface PrivateRedis {
  url: string;
  /** Part of the url; to be hidden wherever it turns up. */
  password: string;
  stop(): Promise<void>;
}

/** Where the version before listened, on loopback. */
const FORMER_PORT = 6_397;
const START_MS = 10_000;
const ANSWER_MS = 1_000;

/**
 * On a single machine without REDIS_URL: a redis-server of our own, on a Unix socket in a folder that only this user
 * can enter, with its data kept and nothing ever evicted. One that is already there from another part of the bot is
 * shared: it has the password that lies beside the data. Any other is refused, for whoever runs it could approve
 * deployments.
 */
export async function startPrivateRedis(
  dataDirectory: string,
  formerPort = FORMER_PORT,
): Promise<PrivateRedis> {
  const place = placeIn(dataDirectory);
  const { folder, socket } = place;
  const password = openFolder(folder);
  refuseForeign(place);
  const url = urlOf(socket, password);
  let found = await look(socket, password);
  if (found === 'ours') return { url, password, stop: () => Promise.resolve() };
  if (found === 'another') throw notOurs(socket, folder);
  // The same data in two servers would be lost in one of them.
  if ((await look(formerPort, password)) === 'ours') throw formerRuns(formerPort);
  const server = found === 'nothing' ? launch(place, password) : undefined;
  const deadline = Date.now() + START_MS;
  while ((found = await look(socket, password)) !== 'ours') {
    const ended = server !== undefined && hasEnded(server);
    if (found === 'another' || ended || !existsSync(folder) || Date.now() > deadline) {
      server?.kill();
      throw found === 'another' ? notOurs(socket, folder) : notStarted();
    }
    await wait(20);
  }
  return { url, password, stop: () => end(server) };
}

export type PrivateRedisFound =
  | { kind: 'running'; url: string; password: string }
  /** It would be started with the bot. */
  | { kind: 'not-running' };

/** Looks for it and starts nothing. Fails with Misconfigured where something else is in its place. */
export async function findPrivateRedis(dataDirectory: string): Promise<PrivateRedisFound> {
  const place = placeIn(dataDirectory);
  const { folder, socket } = place;
  if (!existsSync(folder)) return { kind: 'not-running' };
  refuseForeign(place);
  const file = join(folder, 'password');
  const password = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  const found = await look(socket, password);
  if (found === 'another') throw notOurs(socket, folder);
  if (found === 'nothing') return { kind: 'not-running' };
  return { kind: 'running', url: urlOf(socket, password), password };
}

async function end(server: ChildProcess | undefined): Promise<void> {
  if (!server || hasEnded(server)) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Makes the folder and, once, its password. */
function openFolder(folder: string): string {
  const file = join(folder, 'password');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(file)) {
      // Whole or not at all, and the first one counts: two parts may start at the same moment.
      const making = `${file}.${process.pid}`;
      writeFileSync(making, randomBytes(32).toString('hex'), { mode: 0o600 });
      try {
        linkSync(making, file);
      } catch (error) {
        if (!existsSync(file)) throw error;
      } finally {
        rmSync(making);
      }
    }
    const password = readFileSync(file, 'utf8').trim();
    // It stands in a configuration file and in commands, so it is taken only as it was made.
    if (/^[0-9a-f]{64}$/.test(password)) return password;
  } catch (error) {
    throw unusableFolder(folder, error);
  }
  throw unusableFolder(file, undefined);
}

function launch({ folder, socket }: PrivateRedisPlace, password: string): ChildProcess {
  const settings = {
    // No TCP: only this user can enter the folder of the socket.
    port: '0',
    unixsocket: JSON.stringify(socket),
    unixsocketperm: '700',
    dir: JSON.stringify(folder),
    requirepass: password,
    appendonly: 'yes',
    // A record that was confirmed must be there after the machine has lost its power.
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
    save: '""',
  };
  // In a file, since everybody on this machine can read arguments.
  const file = join(folder, 'redis.conf');
  const making = `${file}.${process.pid}`;
  const lines = Object.entries(settings).map(([key, value]) => `${key} ${value}\n`);
  writeFileSync(making, lines.join(''), { mode: 0o600 });
  renameSync(making, file);
  // Its own process group: Ctrl-C must reach us first, so that we can still write to it.
  const server = spawn('redis-server', [file], { stdio: 'ignore', detached: true });
  server.on('error', () => undefined);
  return server;
}

type Found = 'nothing' | 'starting' | 'ours' | 'another';

/** `at`: a socket, or a port on loopback. */
async function look(at: string | number, password: string): Promise<Found> {
  const socket = typeof at === 'string' ? connect(at) : connect(at, '127.0.0.1');
  const signal = AbortSignal.timeout(ANSWER_MS);
  const ask = async (command: string): Promise<string> => {
    socket.write(`${command}\r\n`);
    const [data] = await once(socket, 'data', { signal });
    return String(data);
  };
  let connected = false;
  try {
    await once(socket, 'connect', { signal });
    connected = true;
    // One that lets anybody in is not ours, and is not told the password.
    if (!(await ask('PING')).startsWith('-NOAUTH')) return 'another';
    if (!(await ask(`AUTH ${password}`)).startsWith('+OK')) return 'another';
    return (await ask('PING')).startsWith('+PONG') ? 'ours' : 'starting';
  } catch {
    return connected ? 'another' : 'nothing';
  } finally {
    socket.destroy();
  }
}
