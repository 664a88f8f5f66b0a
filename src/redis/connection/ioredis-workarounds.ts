// Works around bugs of ioredis that would make BullMQ's workers hang.
import { Cluster, Redis } from 'ioredis';

/** ioredis 6.0.0 does not always emit events that BullMQ waits for: then a worker takes no jobs, or does not stop. */
export function withWorkarounds<T extends Redis | Cluster>(client: T): T {
  emitEndOnDisconnect(client);
  if (client instanceof Cluster) settleConnect(client);
  // BullMQ makes copies of the client for blocking commands.
  client.duplicate = new Proxy(client.duplicate, {
    apply: (copy, _client, given) => withWorkarounds(Reflect.apply(copy, client, given)),
  });
  return client;
}

/** ioredis's `disconnect` emits no `end` between two attempts to connect: github.com/taskforcesh/bullmq/issues/4656 */
function emitEndOnDisconnect(client: Redis | Cluster): void {
  const disconnect = client.disconnect.bind(client);
  client.disconnect = (reconnect = false) => {
    // In the status `wait`, ioredis does emit `end`.
    if (!reconnect && client.status === 'reconnecting') client.status = 'wait';
    disconnect(reconnect);
  };
}

/** ioredis's `connect` never settles if a cluster says that it is down: github.com/redis/ioredis/pull/741 */
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
