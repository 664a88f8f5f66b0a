// Reads a Redis server's version, persistence settings, replicas and latency: for the doctor.
import { performance } from 'node:perf_hooks';
import type { Redis } from 'ioredis';
import { addressOf, connectOnce } from './connect.ts';
import { nodeForKeys } from './node-for-keys.ts';

/** Read-only. `latencyMs` is the median of five pings; `fsync` and `snapshots` are undefined if CONFIG is forbidden. */
export async function inspectServer(url: string) {
  const address = addressOf(url);
  const connection = connectOnce(address);
  try {
    await connection.connect();
    const redis = nodeForKeys(connection);
    if (!redis) throw new Error('no node of the cluster has the records');
    const info = await redis.info();
    const told = (key: string): string | undefined =>
      new RegExp(`^${key}:(\\S*)`, 'm').exec(info)?.[1];
    return {
      version: told('redis_version') ?? 'unknown',
      policy: told('maxmemory_policy'),
      aof: told('aof_enabled') === '1',
      fsync: await configOf(redis, 'appendfsync'),
      snapshots: await configOf(redis, 'save'),
      lastWriteOk:
        told('aof_last_write_status') !== 'err' && told('rdb_last_bgsave_status') !== 'err',
      latencyMs: await medianLatency(redis),
      group:
        address.kind === 'server'
          ? undefined
          : {
              host: redis.stream.remoteAddress ?? '',
              port: redis.stream.remotePort ?? 0,
              replicas: Number(told('connected_slaves') ?? 0),
            },
    };
  } finally {
    connection.disconnect();
  }
}

/** Undefined if the server forbids CONFIG, as hosted Redis often does. */
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
