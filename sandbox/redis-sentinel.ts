import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { MASTER, PATIENT_MS, type PrivateRedis, startRedis } from './redis.ts';

export interface SentinelGroup {
  /** As `REDIS_URL` has it. */
  readonly url: string;
  /** The server that the Sentinels call the master at this moment. */
  master(): Promise<PrivateRedis>;
  /** Has the Sentinels notice that this master has ended; resolves once another one has a replica that follows it. */
  failedOver(from: PrivateRedis): Promise<void>;
  stop(): Promise<void>;
}

/** So that the master can be killed twice, and there is still one that follows. */
const REPLICAS = 3;
const SETTLE_MS = 50_000;
const Address = z.tuple([z.string(), z.coerce.number()]);

/**
 * A master, its replicas and three Sentinels on loopback, which agree that all of them are there. A server that has
 * ended is not started again: it would come back as a master with old data, until the Sentinels have noticed.
 */
export async function startSentinelGroup(): Promise<SentinelGroup> {
  const all: PrivateRedis[] = [];
  const clients: Redis[] = [];
  const started = async (options: Parameters<typeof startRedis>[0]): Promise<PrivateRedis> => {
    const server = await startRedis(options);
    all.push(server);
    return server;
  };
  const stop = async (): Promise<void> => {
    for (const client of clients.splice(0)) client.disconnect();
    await Promise.all(all.splice(0).map((server) => server.stop()));
  };
  try {
    const first = await started({});
    const servers = [first];
    for (let n = 0; n < REPLICAS; n += 1) servers.push(await started({ replicaOf: first.port }));
    const ports: number[] = [];
    for (let n = 0; n < 3; n += 1) ports.push((await started({ sentinelOf: first.port })).port);
    clients.push(...ports.map((port) => new Redis(port, '127.0.0.1')));
    await settled(clients, REPLICAS);
    const hosts = ports.map((port) => `127.0.0.1:${port}`).join(',');
    return {
      url: `redis+sentinel://${hosts}/${MASTER}`,
      async master() {
        const [port] = await masters(clients);
        const found = servers.find((server) => server.port === port);
        if (!found) throw new Error(`no server of the group has port ${port}`);
        return found;
      },
      async failedOver({ port }) {
        await patience(clients, 1_000);
        await settled(clients, 1, port);
        await patience(clients, PATIENT_MS);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** How long a server may be silent before the Sentinels take it for dead. */
async function patience(clients: readonly Redis[], ms: number): Promise<void> {
  const change = ['SET', MASTER, 'down-after-milliseconds', String(ms)];
  await Promise.all(clients.map((client) => client.call('SENTINEL', ...change)));
}

/** The port of the master, as each of the Sentinels has it. */
async function masters(clients: readonly Redis[]): Promise<number[]> {
  const answers = await Promise.all(
    clients.map((client) => client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER)),
  );
  return answers.map((answer) => Address.parse(answer)[1]);
}

async function settled(clients: readonly Redis[], replicas: number, not?: number): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  while (!(await agree(clients, replicas, not))) {
    if (Date.now() > deadline) throw new Error('the Sentinels did not agree on a master in time');
    await pause(50);
  }
}

async function agree(
  clients: readonly Redis[],
  replicas: number,
  not: number | undefined,
): Promise<boolean> {
  const ports = new Set(await masters(clients));
  const [port = 0] = ports;
  if (ports.size !== 1 || port === not) return false;
  const quorum = await Promise.all(
    clients.map((client) => client.call('SENTINEL', 'CKQUORUM', MASTER).catch(() => '')),
  );
  if (!quorum.every((said) => String(said).startsWith('OK 3 '))) return false;
  const known = await Promise.all(
    clients.map((client) => client.call('SENTINEL', 'REPLICAS', MASTER)),
  );
  const follow = await followers(port);
  return (
    follow >= replicas && known.every((list) => Array.isArray(list) && list.length >= replicas)
  );
}

async function followers(port: number): Promise<number> {
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    const told = await client.info('replication');
    const online = [...told.matchAll(/^slave\d+:.*state=online/gm)].length;
    return told.includes('role:master') ? online : 0;
  } catch {
    return 0;
  } finally {
    client.disconnect();
  }
}
