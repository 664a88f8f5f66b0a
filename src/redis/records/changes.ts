import type { Connection } from '../connection/connect.ts';
import { CHANGES } from './keys.ts';

const LOOK_MS = 3_000;

/** One subscription of this process to the changes of every record. */
export interface Changes {
  subscribe(id: string, changed: () => void): Promise<() => Promise<void>>;
  close(): void;
}

/** `lookMs`: how often everybody looks without having heard anything. */
export async function listenToChanges(redis: Connection, lookMs = LOOK_MS): Promise<Changes> {
  const listeners = new Map<string, Set<() => void>>();
  redis.on('message', (_channel: string, id: string) => {
    for (const changed of listeners.get(id) ?? []) changed();
  });
  // What was said while the connection was away is not said again, so everybody looks once.
  const everybody = (): void => {
    for (const set of listeners.values()) for (const changed of set) changed();
  };
  redis.on('ready', everybody);
  // Nor does a cluster tell when the node that it listens to was away, or a frozen server anything at all.
  const timer = setInterval(everybody, lookMs);
  await redis.subscribe(CHANGES);
  return {
    async subscribe(id, changed) {
      const set = listeners.get(id) ?? new Set();
      listeners.set(id, set.add(changed));
      return async () => {
        set.delete(changed);
        if (set.size === 0) listeners.delete(id);
      };
    },
    close() {
      clearInterval(timer);
      redis.disconnect();
    },
  };
}
