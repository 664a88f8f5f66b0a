import type { Redis } from 'ioredis';
import { OutcomeUnknown } from '../deploy/errors.ts';

/** What the records ask. A cluster answers the same, since all keys have one hash tag. */
export type Asked = Pick<
  Redis,
  'call' | 'eval' | 'get' | 'getdel' | 'lrange' | 'set' | 'smembers' | 'zrevrange'
>;

/** One question to the records. Without an answer nobody knows whether it was done, so callers look again. */
export async function ask<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OutcomeUnknown(`Redis does not answer (${why})`, {
      code: 'records-unreachable',
      next: 'Try again once it is back; what was asked may have been written or not.',
      cause: error,
    });
  }
}
