// Starts a private redis-server on a Unix socket if REDIS_URL is not set, or shares a running one.
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
import { olderVersionRuns, notOurs, notStarted, unusableFolder } from './private-redis/failures.ts';
import {
  acceptedOwners,
  type PrivateRedisPlace,
  placeIn,
  refuseForeign,
  urlOf,
} from './private-redis/place.ts';

export interface PrivateRedis {
  url: string;
  stop(): Promise<void>;
}

/** The loopback port of the private Redis of an older argo-bot, from before the Unix socket. */
const OLDER_PORT = 6_397;
const START_MS = 10_000;
const ANSWER_MS = 1_000;

/**
 * Only this user can enter the socket's folder. A server that another process of the bot started is shared if it
 * accepts the password in that folder. Another server is refused (Misconfigured): its owner could approve deployments.
 */
export async function startPrivateRedis(
  dataDirectory: string,
  formerPort = OLDER_PORT,
): Promise<PrivateRedis> {
  const place = placeIn(dataDirectory);
  const { folder, socket } = place;
  const password = openFolder(folder);
  refuseForeign(place);
  const url = urlOf(socket, password);
  let found = await probe(socket, password);
  if (found === 'ours') return { url, stop: () => Promise.resolve() };
  if (found === 'another') throw notOurs(socket, folder);
  // Two servers on the same data would lose writes.
  if ((await probe(formerPort, password)) === 'ours') throw olderVersionRuns(formerPort);
  const server = found === 'nothing' ? launch(place, password) : undefined;
  const deadline = Date.now() + START_MS;
  while ((found = await probe(socket, password)) !== 'ours') {
    const ended = server !== undefined && hasEnded(server);
    if (found === 'another' || ended || !existsSync(folder) || Date.now() > deadline) {
      server?.kill();
      throw found === 'another' ? notOurs(socket, folder) : notStarted(folder);
    }
    await wait(20);
  }
  return { url, stop: () => end(server) };
}

/** Returns the URL of the private Redis if it runs. Fails with Misconfigured if another server answers in its place. */
export async function findPrivateRedis(dataDirectory: string): Promise<string | undefined> {
  const place = placeIn(dataDirectory);
  const { folder, socket } = place;
  if (!existsSync(folder)) return undefined;
  refuseForeign(place, acceptedOwners(dataDirectory));
  const file = join(folder, 'password');
  const password = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  const found = await probe(socket, password);
  if (found === 'another') throw notOurs(socket, folder);
  return found === 'nothing' ? undefined : urlOf(socket, password);
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

/** Creates the folder and its password if they do not exist. Returns the password. */
function openFolder(folder: string): string {
  const file = join(folder, 'password');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(file)) {
      // Written atomically, and the first one wins, because two parts may start at the same moment.
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
    // The password goes into a configuration file and commands, so accept only the form that is generated.
    if (/^[0-9a-f]{64}$/.test(password)) return password;
  } catch (error) {
    throw unusableFolder(folder, error);
  }
  throw unusableFolder(folder, undefined, file);
}

function launch({ folder, socket }: PrivateRedisPlace, password: string): ChildProcess {
  const settings = {
    // Port 0 turns TCP off. The Unix socket is in a folder that only this user can enter.
    port: '0',
    unixsocket: JSON.stringify(socket),
    unixsocketperm: '700',
    dir: JSON.stringify(folder),
    requirepass: password,
    appendonly: 'yes',
    // A confirmed record must survive a power failure.
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
    save: '""',
  };
  // The settings go into a file, because every user of this machine can read a process's arguments.
  const file = join(folder, 'redis.conf');
  const making = `${file}.${process.pid}`;
  const lines = Object.entries(settings).map(([key, value]) => `${key} ${value}\n`);
  writeFileSync(making, lines.join(''), { mode: 0o600 });
  renameSync(making, file);
  // The server gets its own process group, so that Ctrl-C does not stop it before the bot has written its last events.
  const server = spawn('redis-server', [file], { stdio: 'ignore', detached: true });
  server.on('error', () => undefined);
  return server;
}

type Found = 'nothing' | 'starting' | 'ours' | 'another';

/** Finds out which server answers. `at` is the path of a socket, or a port on loopback. */
async function probe(at: string | number, password: string): Promise<Found> {
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
    // A server without a password is not ours, and must not get the password.
    if (!(await ask('PING')).startsWith('-NOAUTH')) return 'another';
    if (!(await ask(`AUTH ${password}`)).startsWith('+OK')) return 'another';
    return (await ask('PING')).startsWith('+PONG') ? 'ours' : 'starting';
  } catch {
    return connected ? 'another' : 'nothing';
  } finally {
    socket.destroy();
  }
}
