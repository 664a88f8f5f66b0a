import { startRedisCluster } from '../../sandbox/redis-cluster.ts';
import { startSentinelGroup } from '../../sandbox/redis-sentinel.ts';
import { startRedis } from '../../sandbox/redis.ts';
import { nodeForKeys } from '../../src/redis/connection/node-for-keys.ts';
import { type Connection, connectRedis } from '../../src/redis/connection/connect.ts';
import { until } from './until.ts';

export interface Servers {
  /** As `REDIS_URL` has it. */
  url: string;
  /** The server with the records ends; resolves when they can be asked for again. */
  interrupt(): Promise<void>;
  stop(): Promise<void>;
}

export interface RedisKind {
  name: string;
  readonly start: () => Promise<Servers>;
}

/** Every kind of Redis that `REDIS_URL` can name, for tests that must pass on each. */
export const redisKinds: readonly RedisKind[] = [
  {
    name: 'one server',
    async start() {
      const server = await startRedis();
      return { url: server.url, interrupt: () => server.restart(), stop: () => server.stop() };
    },
  },
  {
    name: 'a Sentinel group',
    async start() {
      const group = await startSentinelGroup();
      return {
        url: group.url,
        async interrupt() {
          const master = await group.master();
          await master.kill();
          await group.failedOver(master);
        },
        stop: () => group.stop(),
      };
    },
  },
  {
    name: 'a cluster of three',
    async start() {
      const cluster = await startRedisCluster();
      return {
        url: cluster.url,
        async interrupt() {
          const port = await keepersPort(cluster.url);
          await cluster.nodes.find((node) => node.port === port)?.restart();
          await cluster.ready();
        },
        stop: () => cluster.stop(),
      };
    },
  },
];

/** Empties it, as soon as it answers: after an interruption an asking connection is told so for a while. */
export async function emptied(connection: Connection): Promise<void> {
  await answering(connection);
  await nodeForKeys(connection)?.flushall();
}

/** Resolves when the server with the records answers this connection. */
export async function answering(connection: Connection): Promise<void> {
  await until(() =>
    connection.exists('{argo}:any').then(
      () => true,
      () => false,
    ),
  );
}

async function keepersPort(url: string): Promise<number | undefined> {
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const connection = connectRedis(url, 'persistent', silent);
  try {
    await connection.ping();
    return nodeForKeys(connection)?.options.port;
  } finally {
    connection.disconnect();
  }
}
