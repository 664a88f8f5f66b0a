import type { Cluster, Redis } from 'ioredis';

/**
 * Told to disconnect between two tries, ioredis 6.0.0 stops trying, but never says that it has ended, nor gives up
 * the commands in its queue. BullMQ waits for that word, and so for ever (github.com/taskforcesh/bullmq/issues/4656):
 * a worker that is stopped while Redis is away would not stop. A client without a connection that is not trying for
 * one is as good as one that has not begun, and of that it does say that it has ended.
 */
export function endingWhenTold<T extends Redis | Cluster>(client: T): T {
  const disconnect = client.disconnect.bind(client);
  client.disconnect = (reconnect = false) => {
    if (!reconnect && client.status === 'reconnecting') client.status = 'wait';
    disconnect(reconnect);
  };
  // BullMQ makes a copy for the commands that wait.
  client.duplicate = new Proxy(client.duplicate, {
    apply: (copy, _client, given) => endingWhenTold(Reflect.apply(copy, client, given)),
  });
  return client;
}
