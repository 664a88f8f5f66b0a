// Stores which Slack users have opened the Home tab and when, so that any process can redraw their tabs.
import { query } from './connection/queries.ts';
import type { Connection } from './connection/connect.ts';
import { key } from './records/keys.ts';

/** Times are Unix milliseconds. */
export function createViewers(redis: Connection) {
  return {
    async addViewer(user: string, at: number): Promise<void> {
      await query(redis.zadd(key('viewers'), at, user));
    },
    /** Returns at most `most` users who opened the Home tab since `at`, the latest first. Deletes older entries. */
    async viewersSince(at: number, most: number): Promise<string[]> {
      await query(redis.zremrangebyscore(key('viewers'), '-inf', `(${at}`));
      return query(redis.zrevrange(key('viewers'), 0, most - 1));
    },
  };
}
