// Connects to Redis: one kind of connection fails fast, the other waits through an outage.
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { Misconfigured } from '../../deploy/record/errors.ts';
import type { Log } from '../../deploy/ports/ports.ts';
import { readRedisUrl, type RedisAddress } from './address.ts';
import { withWorkarounds } from './ioredis-workarounds.ts';

/** A server, the master of a Sentinel group, or a cluster. */
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

/** A frozen server closes no connection. Longer than the 10 s for which BullMQ's workers block on a job. */
const SILENT_MS = 12_000;

const retryDelay = (times: number): number => Math.min(times * 50, 2_000);

/** A master that becomes a replica closes its connections, except one with a command at that moment. */
const afterFailover = (error: Error): false | 2 => error.message.startsWith('READONLY') && 2;

/**
 * `asking` fails fast, so that people get an answer while Redis is away. `working` waits, because BullMQ's workers and
 * subscriptions must survive an outage.
 */
export function connectRedis(url: string, kind: 'asking' | 'working', log: Log): Connection {
  const asking = kind === 'asking';
  const patience: Options = asking
    ? { maxRetriesPerRequest: 1, commandTimeout: 5_000, socketTimeout: 5_000 }
    : { maxRetriesPerRequest: null, socketTimeout: SILENT_MS };
  const connection = withWorkarounds(
    open(
      addressOf(url),
      {
        connectTimeout: 5_000,
        retryStrategy: retryDelay,
        reconnectOnError: afterFailover,
        ...patience,
      },
      {
        clusterRetryStrategy: retryDelay,
        slotsRefreshInterval: 5_000,
        // 30 s, which is longer than a cluster's failover.
        ...(asking ? {} : { retryDelayOnFailover: 200, maxRedirections: 150 }),
      },
    ),
  );
  // `commandTimeout` does not cover commands in a cluster's offline queue, so one could run long after it was
  // reported as failed. Before the first connection, commands may wait.
  if (asking && connection instanceof Cluster)
    connection.once('ready', () => (connection.options.enableOfflineQueue = false));
  let away = false;
  // Log each outage once. Without a listener, each failed attempt would print a stack trace.
  connection.on('error', (error: Error) => {
    if (!away) log.warn({ err: error }, 'Redis is unreachable');
    away = true;
  });
  connection.on('ready', () => {
    if (away) log.info({}, 'Redis is reachable again');
    away = false;
  });
  return connection;
}

/** A connection without retries. The caller must call `connect`. */
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
      // The ready check prints its own advice; the first command reports the problem.
      enableReadyCheck: false,
    },
    { clusterRetryStrategy: () => null, lazyConnect: true, slotsRefreshTimeout: 3_000 },
  );
  connection.on('error', () => undefined);
  return connection;
}

/** Fails with Misconfigured if the address cannot be read. */
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
    sentinelRetryStrategy: retryDelay,
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
    // No `failoverDetector`: if it hears of the new master during a reconnect, the connection ends.
  });
}
