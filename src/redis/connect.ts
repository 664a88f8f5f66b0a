import { Redis } from 'ioredis';
import { Misconfigured } from '../deploy/errors.ts';
import type { Log } from '../deploy/ports.ts';

/**
 * Two kinds of connection. `asking` fails fast, so that people get an honest answer while Redis is away;
 * `working` waits, because BullMQ's workers and subscriptions live through an outage.
 */
export function connectRedis(url: string, kind: 'asking' | 'working', log: Log): Redis {
  const redis = new Redis(url, {
    connectTimeout: 5_000,
    retryStrategy: (times) => Math.min(times * 50, 2_000),
    ...(kind === 'asking'
      ? { maxRetriesPerRequest: 1, commandTimeout: 5_000 }
      : { maxRetriesPerRequest: null }),
  });
  let away = false;
  // Without a listener every failed attempt would print a stack trace; one line an outage is enough.
  redis.on('error', (error: Error) => {
    if (!away) log.warn({ err: error }, 'redis is away');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info({}, 'redis is back');
    away = false;
  });
  return redis;
}

/** Refuses to start on a Redis that is not there, or that may throw records away. */
export async function checkRedis(url: string): Promise<void> {
  const redis = new Redis(url, {
    connectTimeout: 3_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    lazyConnect: true,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    // INFO rather than CONFIG: hosted Redis often keeps CONFIG to itself.
    const policy = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
    if (policy !== undefined && policy !== 'noeviction') {
      throw new Misconfigured(
        `Redis throws data away when it is full (maxmemory-policy ${policy})`,
        {
          code: 'redis-evicts',
          next: 'Set maxmemory-policy noeviction: records of deployments must never be evicted.',
        },
      );
    }
  } catch (error) {
    if (error instanceof Misconfigured) throw error;
    const { host } = new URL(url);
    // A reply error (WRONGPASS, NOPERM) says more than that it failed; it never has the password in it.
    const refused = error instanceof Error && error.name === 'ReplyError';
    const how = refused ? `refuses us at ${host}: ${error.message}` : `does not answer at ${host}`;
    throw new Misconfigured(`Redis ${how}`, {
      code: 'redis-unreachable',
      next: 'Start it, or set REDIS_URL to where it is (with user and password). Nothing was changed anywhere.',
      cause: error,
    });
  } finally {
    redis.disconnect();
  }
}
