import { ask } from './queries.ts';
import type { Connection } from './connect.ts';
import { keeperOf } from './node-for-keys.ts';

const BORN = '{argo}:born';

/**
 * Tells a Redis that has been looked at from one that is new, or has come back with less than it had: every start
 * of a server has an id of its own, and so has the replica that takes a master's place.
 */
export interface Born {
  isNew(): Promise<boolean>;
  /** From now on it is not new any more. */
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
