// Detects that Redis restarted, failed over or lost data since the last check.
import { ask } from './queries.ts';
import type { Connection } from './connect.ts';
import { keeperOf } from './node-for-keys.ts';

const BORN = '{argo}:born';

/** Compares Redis's `run_id` with the stored one. It changes at each start and with each failover. */
export interface Born {
  isNew(): Promise<boolean>;
  /** Stores the id, so that this server is not new any more. */
  settle(): Promise<void>;
}

export function createBorn(redis: Connection): Born {
  let seen = '';
  return {
    async isNew() {
      const keeper = keeperOf(redis);
      if (!keeper) return false;
      seen = /^run_id:(\S+)/m.exec(await ask(keeper.info('server')))?.[1] ?? '';
      return (await ask(redis.get(BORN))) !== seen;
    },
    async settle() {
      await ask(redis.set(BORN, seen));
    },
  };
}
