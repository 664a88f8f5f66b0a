import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { type PrivateRedis, startRedis } from './redis.ts';

export interface PrivateCluster {
  /** As `REDIS_URL` has it. */
  readonly url: string;
  readonly nodes: readonly PrivateRedis[];
  /** Resolves once every node says that the cluster is well. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

const SLOTS = 16_384;
const READY_MS = 15_000;

/** Three masters on loopback that share the slots, so that what is not kept together by a hash tag is seen. */
export async function startRedisCluster(): Promise<PrivateCluster> {
  const servers: PrivateRedis[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  };
  try {
    for (let n = 0; n < 3; n += 1) servers.push(await startRedis({ cluster: true }));
    const ports = servers.map(({ port }) => port);
    await join(ports);
    const hosts = ports.map((port) => `127.0.0.1:${port}`);
    return {
      url: `redis+cluster://${hosts.join(',')}`,
      nodes: [...servers],
      ready: () => ready(ports),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function join(ports: readonly number[]): Promise<void> {
  const clients = ports.map((port) => new Redis(port, '127.0.0.1'));
  try {
    const [first, ...others] = clients;
    for (const [n, client] of clients.entries()) {
      const from = Math.floor((n * SLOTS) / ports.length);
      const to = Math.floor(((n + 1) * SLOTS) / ports.length) - 1;
      await client.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
      // Two with the same configuration epoch would first have to agree on who is newer.
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(n + 1));
    }
    const [, bus] = z
      .tuple([z.string(), z.string()])
      .parse(await first?.config('GET', 'cluster-port'));
    for (const client of others) {
      await client.call('CLUSTER', 'MEET', '127.0.0.1', String(ports[0]), bus);
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
  await ready(ports);
}

async function ready(ports: readonly number[]): Promise<void> {
  const clients = ports.map((port) => new Redis(port, '127.0.0.1'));
  const deadline = Date.now() + READY_MS;
  try {
    for (const client of clients) {
      while (!String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) {
        if (Date.now() > deadline) throw new Error('the nodes did not become a cluster');
        await pause(20);
      }
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
}
