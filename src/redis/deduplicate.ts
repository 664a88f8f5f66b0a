import { ask } from './connection/queries.ts';
import type { Connection } from './connection/connect.ts';

/** True the first time an id is seen within that time, in whatever process. */
export function createDeduplicate(
  redis: Connection,
): (id: string, seconds: number) => Promise<boolean> {
  return async (id, seconds) =>
    (await ask(redis.set(`{argo}:seen:${id}`, '1', 'EX', seconds, 'NX'))) === 'OK';
}
