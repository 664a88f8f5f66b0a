import type { Redis } from 'ioredis';
import { ask } from './ask.ts';

const BORN = '{argo}:born';

/** Tells a Redis that argo-bot has written to before from one that is new, or has come back without its data. */
export interface Born {
  isNew(): Promise<boolean>;
  /** From now on it is not new any more. */
  settle(): Promise<void>;
}

export function createBorn(redis: Redis): Born {
  return {
    isNew: async () => (await ask(redis.exists(BORN))) === 0,
    async settle() {
      await ask(redis.set(BORN, String(Date.now()), 'NX'));
    },
  };
}
