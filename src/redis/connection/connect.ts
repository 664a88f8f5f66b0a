// Connects to Redis. During an outage, one kind of connection fails fast and the other waits.
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { Misconfigured } from '../../deploy/record/errors.ts';
import type { Log } from '../../deploy/ports/ports.ts';
import { readRedisUrl, type RedisAddress } from './address.ts';
import { withWorkarounds } from './ioredis-workarounds.ts';

/** A server, the master of a Sentinel group, or a cluster. */
export type Connection = Redis | Cluster;

/** The types of ioredis for a server and for a cluster disagree on `replyMapping`. */
type Options = Omit<RedisOptions, 'replyMapping'>;

/** Closes a connection to a frozen server after this silence. It is longer than the 10 s that BullMQ's workers wait. */
const SILENT_MS = 12_000;

const retryDelay = (times: number): number => Math.min(times * 50, 2_000);

/** Reconnects and repeats the command (2) if the server became a replica: Redis leaves such connections open. */
const afterFailover = (error: Error): false | 2 => error.message.startsWith('READONLY') && 2;

/** In an outage, `fail-fast` commands fail at once, and people get an answer. `persistent` ones wait, for BullMQ. */
export function connectRedis(url: string, kind: 'fail-fast' | 'persistent', log: Log): Connection {
  const failFast = kind === 'fail-fast';
  const limits = failFast
    ? { maxRetriesPerRequest: 1, commandTimeout: 5_000, socketTimeout: 5_000 }
    : { maxRetriesPerRequest: null, socketTimeout: SILENT_MS };
  const connection = withWorkarounds(
    open(
      addressOf(url),
      {
        connectTimeout: 5_000,
        retryStrategy: retryDelay,
        reconnectOnError: afterFailover,
        ...limits,
      },
      {
        clusterRetryStrategy: retryDelay,
        slotsRefreshInterval: 5_000,
        // Retry for 30 s, which is longer than a cluster's failover.
        ...(failFast ? {} : { retryDelayOnFailover: 200, maxRedirections: 150 }),
      },
    ),
  );
  // `commandTimeout` ignores a cluster's offline queue, so a command could run long after it was reported as failed.
  if (failFast && connection instanceof Cluster)
    connection.once('ready', () => (connection.options.enableOfflineQueue = false));
  let away = false;
  // Log each outage once. Without a listener, each failed attempt would print a stack trace.
  connection.on('error', (error: Error) => {
    if (!away)
      log.warn(
        { err: error },
        'Redis is unreachable: deployments wait, users keep the live release. Start Redis if it is down; argo-bot reconnects',
      );
    away = true;
  });
  connection.on('ready', () => {
    if (away) log.info({}, 'Redis is reachable again, so argo-bot continues');
    away = false;
  });
  return connection;
}

/** Creates a connection without retries. The caller must call `connect` on it. */
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
      // The ready check of ioredis prints advice of its own. Without it, the first command reports the problem.
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
    next: 'docs/how-to/redis.md has a line for a server, for Sentinels and for a cluster: redis://user:password@host:6379',
  });
}

function open(address: RedisAddress, options: Options, ofCluster: ClusterOptions): Connection {
  const { nodes, username, password } = address;
  const login = {
    ...(username && { username }),
    ...(password && { password }),
    ...(address.tls && { tls: {} }),
  };
  switch (address.kind) {
    case 'server':
      return address.socket === undefined
        ? new Redis(address.url, options)
        : new Redis({ ...options, ...login, path: address.socket });
    case 'cluster': {
      const { retryStrategy: _, ...redisOptions } = options;
      return new Cluster(nodes, { ...ofCluster, redisOptions: { ...redisOptions, ...login } });
    }
    case 'sentinel': {
      const { master: name, db, sentinelUsername, sentinelPassword, tls } = address;
      // No `failoverDetector` of ioredis: if it hears of a new master during a reconnect, the connection ends for good.
      return new Redis({
        sentinelRetryStrategy: retryDelay,
        ...options,
        ...login,
        ...(tls && { sentinelTLS: {}, enableTLSForSentinelMode: true }),
        ...(sentinelUsername && { sentinelUsername }),
        ...(sentinelPassword && { sentinelPassword }),
        sentinels: nodes,
        name,
        db,
        sentinelCommandTimeout: 2_000,
      });
    }
  }
}
