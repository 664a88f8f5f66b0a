// Calls listeners when a deployment's record changes, by one Redis subscription for this process.
import { CHANGES } from './keys.ts';

const POLL_MS = 3_000;

/** Calls `changed` after each change of a record, and sometimes without a change. */
export interface Changes {
  subscribe(id: string, changed: () => void): Promise<() => Promise<void>>;
  close(): void;
}

/** A connection of ioredis, which is used for this subscription alone. */
interface Subscriber {
  on(event: 'message', listener: (channel: string, text: string) => void): unknown;
  on(event: 'ready', listener: () => void): unknown;
  subscribe(channel: string): Promise<unknown>;
  disconnect(): void;
}

/** Calls listeners when Redis publishes a change, and all of them every `pollMs` in case a message was lost. */
export async function listenToChanges(redis: Subscriber, pollMs = POLL_MS): Promise<Changes> {
  const listeners = new Map<string, Set<() => void>>();
  redis.on('message', (_channel: string, id: string) => {
    for (const changed of listeners.get(id) ?? []) changed();
  });
  // Messages during an outage are lost, so call all listeners when the connection is ready again.
  const notifyAll = (): void => {
    for (const set of listeners.values()) for (const changed of set) changed();
  };
  redis.on('ready', notifyAll);
  // A cluster does not report an outage of the node, and a frozen server sends nothing, so poll as well.
  let timer: NodeJS.Timeout | undefined;
  await redis.subscribe(CHANGES);
  return {
    async subscribe(id, changed) {
      const set = listeners.get(id) ?? new Set();
      listeners.set(id, set.add(changed));
      timer ??= setInterval(notifyAll, pollMs);
      return async () => {
        set.delete(changed);
        if (set.size === 0) listeners.delete(id);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    close() {
      clearInterval(timer);
      redis.disconnect();
    },
  };
}
