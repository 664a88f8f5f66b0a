import { ask } from './connection/queries.ts';
import type { Connection } from './connection/connect.ts';
import { key } from './records/keys.ts';

/** Who has looked at the Home tab and when, so that whichever process paints can paint it for them. */
export function createViewers(redis: Connection) {
  return {
    async looked(user: string, at: number): Promise<void> {
      await ask(redis.zadd(key('viewers'), at, user));
    },
    /** The latest first. */
    async since(at: number, most: number): Promise<string[]> {
      await ask(redis.zremrangebyscore(key('viewers'), '-inf', `(${at}`));
      return ask(redis.zrevrange(key('viewers'), 0, most - 1));
    },
  };
}
