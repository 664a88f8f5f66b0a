import type { Redis } from 'ioredis';
import { ask } from './ask.ts';

/** True the first time an id is seen within that time, in whatever process. */
export function createSeen(redis: Redis): (id: string, seconds: number) => Promise<boolean> {
  return async (id, seconds) =>
    (await ask(redis.set(`{argo}:seen:${id}`, '1', 'EX', seconds, 'NX'))) === 'OK';
}
