import { Cluster, Redis } from 'ioredis';

/**
 * BullMQ waits for what a client says of itself, and ioredis 6.0.0 does not always say it. A worker whose client is
 * silent takes no job any more, or does not stop. Here the client of a queue, and each copy that BullMQ makes of it
 * for the commands that wait, is made to say it.
 */
export function withWorkarounds<T extends Redis | Cluster>(client: T): T {
  endWhenTold(client);
  if (client instanceof Cluster) connectInTheEnd(client);
  client.duplicate = new Proxy(client.duplicate, {
    apply: (copy, _client, given) => withWorkarounds(Reflect.apply(copy, client, given)),
  });
  return client;
}

/**
 * Told to disconnect between two tries, ioredis stops trying, but never says that it has ended, nor gives up the
 * commands in its queue (github.com/taskforcesh/bullmq/issues/4656): a worker that is stopped while Redis is away
 * would not stop. A client without a connection that is not trying for one is as good as one that has not begun, and
 * of that it does say that it has ended.
 */
function endWhenTold(client: Redis | Cluster): void {
  const disconnect = client.disconnect.bind(client);
  client.disconnect = (reconnect = false) => {
    if (!reconnect && client.status === 'reconnecting') client.status = 'wait';
    disconnect(reconnect);
  };
}

/**
 * A cluster that answers that it is down, as for seconds after a master has died, is tried again by ioredis, but who
 * had asked for the connection never hears of it (github.com/redis/ioredis/pull/741): a worker that had to connect
 * anew then would wait for ever. Here it resolves with the try that succeeds, and rejects with the first that finds no
 * node at all, or when the client ends.
 */
function connectInTheEnd(cluster: Cluster): void {
  const connect = cluster.connect.bind(cluster);
  const waiting = new Set<PromiseWithResolvers<void>>();
  // Events come a moment late: by then another try may have begun.
  cluster.on('ready', () => {
    if (cluster.status === 'ready') for (const { resolve } of waiting) resolve();
  });
  cluster.on('end', () => {
    if (cluster.status !== 'end') return;
    // In ioredis's words, by which BullMQ tells what will pass from what is a fault.
    for (const { reject } of waiting) reject(new Error('Connection is closed.'));
  });
  cluster.connect = () => {
    const asked = Promise.withResolvers<void>();
    waiting.add(asked);
    connect().then(asked.resolve, asked.reject);
    return asked.promise.finally(() => waiting.delete(asked));
  };
}
