// Decides whether a delivery of Slack was seen before, in any process.
import { query } from './connection/queries.ts';
import type { Connection } from './connection/connect.ts';

/** True if no process has seen the id within the last `seconds`. */
export function createDeduplicate(
  redis: Connection,
): (id: string, seconds: number) => Promise<boolean> {
  return async (id, seconds) =>
    (await query(redis.set(`{argo}:seen:${id}`, '1', 'EX', seconds, 'NX'))) === 'OK';
}
