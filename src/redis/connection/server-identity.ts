// Detects that Redis restarted, failed over or lost data since the last check.
import { query } from './queries.ts';
import type { Connection } from './connect.ts';
import { nodeForKeys } from './node-for-keys.ts';

const IDENTITY_KEY = '{argo}:born';

/** Compares Redis's `run_id`, which changes at each start and failover, with the one that `remember` stored. */
export interface ServerIdentity {
  isNew(): Promise<boolean>;
  /** Stores the id that `isNew` read, so that this server is not new any more. */
  remember(): Promise<void>;
}

export function createServerIdentity(redis: Connection): ServerIdentity {
  let seen = '';
  return {
    async isNew() {
      const node = nodeForKeys(redis);
      if (!node) return false;
      const [info, stored] = await Promise.all([
        query(node.info('server')),
        query(redis.get(IDENTITY_KEY)),
      ]);
      seen = /^run_id:(\S+)/m.exec(info)?.[1] ?? '';
      return stored !== seen;
    },
    async remember() {
      await query(redis.set(IDENTITY_KEY, seen));
    },
  };
}
