// Decides whether a request from Slack was already received, by this or another process.
import { query } from './connection/queries.ts';
import type { Connection } from './connection/connect.ts';

/** Returns a function that is true if no process has called it with this id within the last `seconds`. */
export function createDeduplicate(
  redis: Connection,
): (id: string, seconds: number) => Promise<boolean> {
  return async (id, seconds) =>
    (await query(redis.set(`{argo}:seen:${id}`, '1', 'EX', seconds, 'NX'))) === 'OK';
}
