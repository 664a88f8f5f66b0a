// Reads facts about a Redis server, for the bot's start and for the doctor.
import { performance } from 'node:perf_hooks';
import type { Redis } from 'ioredis';
import { Misconfigured } from '../../deploy/record/errors.ts';
import type { RedisAddress } from './address.ts';
import { addressOf, connectOnce } from './connect.ts';
import { nodeForKeys } from './node-for-keys.ts';
import { refusalOf } from './refusals.ts';
import { whyNoConnection } from './why-no-connection.ts';

/** Returns a field of Redis's INFO. Hosted Redis often forbids CONFIG, but not INFO. */
type Info = (field: string) => string | undefined;

/** Fails with Misconfigured (`redis-unreachable`, `redis-read-only`, `redis-evicts`) if the bot must not start. */
export async function checkRedis(url: string): Promise<void> {
  const { policy, role } = await askServer(addressOf(url), async (_, info) => ({
    policy: info('maxmemory_policy'),
    role: info('role'),
  }));
  const replica = role === 'slave' ? refusalOf('READONLY this server is a replica') : undefined;
  if (replica)
    throw new Misconfigured(`The Redis of REDIS_URL ${replica.what}`, {
      code: 'redis-read-only',
      next: replica.next,
    });
  if (policy === undefined || policy === 'noeviction') return;
  throw new Misconfigured(`Redis throws data away when it is full (maxmemory-policy ${policy})`, {
    code: 'redis-evicts',
    next: 'set `maxmemory-policy noeviction` in its redis.conf: records of deployments must never be evicted.',
  });
}

/** Reads facts for the doctor; `fsync` and `snapshots` only if CONFIG is allowed. Fails with `redis-unreachable`. */
export async function inspectServer(url: string) {
  const address = addressOf(url);
  return askServer(address, async (redis, info) => ({
    version: info('redis_version') ?? 'unknown',
    policy: info('maxmemory_policy'),
    aof: info('aof_enabled') === '1',
    fsync: await configOf(redis, 'appendfsync'),
    snapshots: await configOf(redis, 'save'),
    lastWriteOk:
      info('aof_last_write_status') !== 'err' && info('rdb_last_bgsave_status') !== 'err',
    latencyMs: await medianLatency(redis),
    group:
      address.kind === 'server'
        ? undefined
        : {
            host: redis.stream.remoteAddress ?? '',
            port: redis.stream.remotePort ?? 0,
            replicas: Number(info('connected_slaves') ?? 0),
          },
  }));
}

/** Connects without retries and asks one question. Misconfigured says why the connection or a command failed. */
async function askServer<T>(
  address: RedisAddress,
  question: (redis: Redis, info: Info) => Promise<T>,
): Promise<T> {
  const connection = connectOnce(address);
  const errors: unknown[] = [];
  connection.on('error', (error: unknown) => errors.push(error));
  try {
    await connection.connect();
    const redis = nodeForKeys(connection);
    if (!redis) throw new Error('no node of the cluster has the records');
    const text = await redis.info();
    return await question(redis, (field) => new RegExp(`^${field}:(\\S*)`, 'm').exec(text)?.[1]);
  } catch (error) {
    const { what, next } = await whyNoConnection(address, [error, ...errors]);
    throw new Misconfigured(what, { code: 'redis-unreachable', next, cause: error });
  } finally {
    connection.disconnect();
  }
}

/** Reads a setting. Returns undefined if the server forbids CONFIG, as hosted Redis often does. */
async function configOf(redis: Redis, name: string): Promise<string | undefined> {
  try {
    const answer: unknown = await redis.config('GET', name);
    const value: unknown = Array.isArray(answer) ? answer[1] : undefined;
    return typeof value === 'string' ? value : undefined;
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return undefined;
    throw error;
  }
}

async function medianLatency(redis: Redis): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now();
    await redis.ping();
    times.push(performance.now() - began);
  }
  return Math.round((times.toSorted((a, b) => a - b)[2] ?? 0) * 10) / 10;
}
