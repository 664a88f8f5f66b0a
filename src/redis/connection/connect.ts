import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { Misconfigured } from '../../deploy/record/errors.ts';
import type { Log } from '../../deploy/ports/ports.ts';
import { readRedisUrl, type RedisAddress } from './address.ts';
import { withWorkarounds } from './ioredis-workarounds.ts';

/** A server, whichever is the master of a Sentinel group, or a cluster: all answer the same questions. */
export type Connection = Redis | Cluster;

type Options = Pick<
  RedisOptions,
  | 'connectTimeout'
  | 'commandTimeout'
  | 'socketTimeout'
  | 'maxRetriesPerRequest'
  | 'retryStrategy'
  | 'reconnectOnError'
  | 'sentinelRetryStrategy'
  | 'lazyConnect'
  | 'enableReadyCheck'
>;

/**
 * A server that is frozen, or behind a cut link, closes no connection. BullMQ's workers wait for a job for up to
 * ten seconds, in which there is nothing to hear.
 */
const SILENT_MS = 12_000;

const again = (times: number): number => Math.min(times * 50, 2_000);

/** A master that has become a replica closes its connections, but for the one that asks at that very moment. */
const afterFailover = (error: Error): false | 2 => error.message.startsWith('READONLY') && 2;

/**
 * Two kinds of connection. `asking` fails fast, so that people get an honest answer while Redis is away;
 * `working` waits, because BullMQ's workers and subscriptions live through an outage.
 */
export function connectRedis(url: string, kind: 'asking' | 'working', log: Log): Connection {
  const asking = kind === 'asking';
  const patience: Options = asking
    ? { maxRetriesPerRequest: 1, commandTimeout: 5_000, socketTimeout: 5_000 }
    : { maxRetriesPerRequest: null, socketTimeout: SILENT_MS };
  const connection = withWorkarounds(
    open(
      addressOf(url),
      { connectTimeout: 5_000, retryStrategy: again, reconnectOnError: afterFailover, ...patience },
      {
        clusterRetryStrategy: again,
        slotsRefreshInterval: 5_000,
        // Thirty seconds, in which a cluster has long made another node the master.
        ...(asking ? {} : { retryDelayOnFailover: 200, maxRedirections: 150 }),
      },
    ),
  );
  // What waits in a cluster's queue is not reached by `commandTimeout`, and would be done long after its asker
  // was told otherwise. Before the first connection it may wait: everybody does.
  if (asking && connection instanceof Cluster)
    connection.once('ready', () => (connection.options.enableOfflineQueue = false));
  let away = false;
  // Without a listener every failed attempt would print a stack trace; one line an outage is enough.
  connection.on('error', (error: Error) => {
    if (!away) log.warn({ err: error }, 'redis is away');
    away = true;
  });
  connection.on('ready', () => {
    if (away) log.info({}, 'redis is back');
    away = false;
  });
  return connection;
}

/** One that looks once, and gives up at the first failure. Whoever opens it connects it. */
export function connectOnce(address: RedisAddress): Connection {
  const connection = open(
    address,
    {
      connectTimeout: 3_000,
      commandTimeout: 5_000,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      sentinelRetryStrategy: () => null,
      lazyConnect: true,
      // Whoever asks then hears it himself, and the client prints no advice of its own.
      enableReadyCheck: false,
    },
    { clusterRetryStrategy: () => null, lazyConnect: true, slotsRefreshTimeout: 3_000 },
  );
  connection.on('error', () => undefined);
  return connection;
}

/** Fails with Misconfigured for an address that cannot be read; the environment has been read by the same rules. */
export function addressOf(url: string): RedisAddress {
  const read = readRedisUrl(url);
  if (read.kind === 'address') return read.address;
  throw new Misconfigured(`REDIS_URL ${read.why}`, {
    code: 'environment',
    next: 'The README has a line for a server, for Sentinels and for a cluster: redis://user:password@host:6379',
  });
}

function passwordOf({ password }: { password: string | undefined }): { password?: string } {
  return password === undefined ? {} : { password };
}

function open(address: RedisAddress, options: Options, ofCluster: ClusterOptions): Connection {
  if (address.kind === 'server') {
    const { socket } = address;
    if (socket === undefined) return new Redis(address.url, options);
    return new Redis({ ...options, path: socket.path, ...passwordOf(socket) });
  }
  const { nodes, username, password } = address;
  const tls = address.tls ? { tls: {} } : {};
  const known = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
  if (address.kind === 'cluster') {
    const { retryStrategy: _, ...redisOptions } = options;
    return new Cluster(nodes, {
      ...ofCluster,
      redisOptions: { ...redisOptions, ...known, ...tls },
    });
  }
  return new Redis({
    sentinelRetryStrategy: again,
    ...options,
    ...known,
    ...tls,
    ...(address.tls ? { sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
    sentinels: nodes,
    name: address.master,
    db: address.db,
    ...(address.sentinelUsername === undefined
      ? {}
      : { sentinelUsername: address.sentinelUsername }),
    ...(address.sentinelPassword === undefined
      ? {}
      : { sentinelPassword: address.sentinelPassword }),
    sentinelCommandTimeout: 2_000,
    // No `failoverDetector`: when it hears of the new master during a reconnect, the connection ends for good.
  });
}
