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
  /** Resolves once a node that answers says that it is not. */
  down(): Promise<void>;
  /** The master that has this key at this moment. */
  masterOf(key: string): Promise<PrivateRedis>;
  stop(): Promise<void>;
}

const SLOTS = 16_384;
const READY_MS = 50_000;

export interface ClusterOptions {
  /** Each master has one more server that follows it, and takes its place when it dies. */
  replicas?: boolean;
}

const MASTERS = 3;

/** Three masters on loopback that share the slots, so that what is not kept together by a hash tag is seen. */
export async function startRedisCluster({
  replicas = false,
}: ClusterOptions = {}): Promise<PrivateCluster> {
  const servers: PrivateRedis[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  };
  try {
    const many = replicas ? 2 * MASTERS : MASTERS;
    for (let n = 0; n < many; n += 1) servers.push(await startRedis({ cluster: true }));
    const ports = servers.map(({ port }) => port);
    const nodes = [...servers];
    await join(ports);
    const hosts = ports.map((port) => `127.0.0.1:${port}`);
    return {
      url: `redis+cluster://${hosts.join(',')}`,
      nodes,
      ready: () => ready(ports),
      down: () => down(ports),
      async masterOf(key) {
        const port = await masterOf(ports, key);
        const found = nodes.find((node) => node.port === port);
        if (!found) throw new Error(`no node of the cluster has port ${port}`);
        return found;
      },
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
    for (const [n, client] of clients.slice(0, MASTERS).entries()) {
      const from = Math.floor((n * SLOTS) / MASTERS);
      const to = Math.floor(((n + 1) * SLOTS) / MASTERS) - 1;
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
    for (const [n, client] of clients.slice(MASTERS).entries()) {
      const master = clients[n];
      if (master) await follow(client, master);
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
  await ready(ports);
}

/** Once it has heard of that master, and then until it has what that has. */
async function follow(client: Redis, master: Redis): Promise<void> {
  const id = String(await master.call('CLUSTER', 'MYID'));
  await within(
    async () => String(await client.call('CLUSTER', 'NODES')).includes(id),
    'a node did not get to know its master',
  );
  await client.call('CLUSTER', 'REPLICATE', id);
  await within(
    async () => (await master.info('replication')).includes('state=online'),
    'a replica did not follow its master',
  );
}

/** As a node says that answers: one that has died says nothing. */
async function masterOf(ports: readonly number[], key: string): Promise<number | undefined> {
  for (const port of ports) {
    const slot = await answer(port, 'KEYSLOT', key);
    const ranges = await answer(port, 'SLOTS');
    if (slot === undefined || ranges === undefined) continue;
    return Ranges.parse(ranges).find(
      ([from, to]) => from <= Number(slot) && Number(slot) <= to,
    )?.[2][1];
  }
  return undefined;
}

/** What a node answers to a question about the cluster; undefined where there is none. */
async function answer(port: number, ...question: string[]): Promise<unknown> {
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    return await client.call('CLUSTER', ...question);
  } catch {
    return undefined;
  } finally {
    client.disconnect();
  }
}

/** From slot, to slot, and first of who has them: its master. */
const Ranges = z.array(
  z
    .tuple([z.number(), z.number(), z.tuple([z.string(), z.number()]).rest(z.unknown())])
    .rest(z.unknown()),
);

async function within(there: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await there())) {
    if (Date.now() > deadline) throw new Error(otherwise);
    await pause(20);
  }
}

async function ready(ports: readonly number[]): Promise<void> {
  const clients = ports.map((port) => new Redis(port, '127.0.0.1'));
  try {
    for (const client of clients) {
      await within(
        async () => String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok'),
        'the nodes did not become a cluster',
      );
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
}

async function down(ports: readonly number[]): Promise<void> {
  await within(async () => {
    const infos = await Promise.all(ports.map((port) => answer(port, 'INFO')));
    return infos.every((info) => typeof info !== 'string' || info.includes('cluster_state:fail'));
  }, 'the cluster has not noticed that a master is away');
}
