// Works around bugs of ioredis that would make BullMQ's workers hang.
import { Cluster, Redis } from 'ioredis';

/**
 * BullMQ waits for events of its Redis client that ioredis 6.0.0 does not always emit. Then a worker takes no jobs, or
 * does not stop. Also covers the copies of the client that BullMQ makes for blocking commands.
 */
export function withWorkarounds<T extends Redis | Cluster>(client: T): T {
  emitEndOnDisconnect(client);
  if (client instanceof Cluster) settleConnect(client);
  client.duplicate = new Proxy(client.duplicate, {
    apply: (copy, _client, given) => withWorkarounds(Reflect.apply(copy, client, given)),
  });
  return client;
}

/**
 * After a disconnect between two attempts, ioredis emits no `end` and keeps its queued commands
 * (github.com/taskforcesh/bullmq/issues/4656), so a worker does not stop while Redis is away. In the status `wait`, a
 * disconnect does emit `end`.
 */
function emitEndOnDisconnect(client: Redis | Cluster): void {
  const disconnect = client.disconnect.bind(client);
  client.disconnect = (reconnect = false) => {
    if (!reconnect && client.status === 'reconnecting') client.status = 'wait';
    disconnect(reconnect);
  };
}

/**
 * If a cluster answers that it is down, ioredis retries, but the promise of `connect` never settles
 * (github.com/redis/ioredis/pull/741), so a worker waits forever. This replacement resolves when an attempt succeeds,
 * and rejects when an attempt finds no node or the client ends.
 */
function settleConnect(cluster: Cluster): void {
  const connect = cluster.connect.bind(cluster);
  const waiting = new Set<PromiseWithResolvers<void>>();
  // Events arrive late, so check the status: another attempt to connect may have started.
  cluster.on('ready', () => {
    if (cluster.status === 'ready') for (const { resolve } of waiting) resolve();
  });
  cluster.on('end', () => {
    if (cluster.status !== 'end') return;
    // BullMQ recognizes a temporary failure by this message of ioredis.
    for (const { reject } of waiting) reject(new Error('Connection is closed.'));
  });
  cluster.connect = () => {
    const asked = Promise.withResolvers<void>();
    waiting.add(asked);
    connect().then(asked.resolve, asked.reject);
    return asked.promise.finally(() => waiting.delete(asked));
  };
}
