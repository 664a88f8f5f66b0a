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
    const { what, next } = trouble(error);
    throw new OutcomeUnknown(what, { code: 'records-unreachable', next, cause: error });
  }
}

export interface Writing {
  /** Resolves once what was written would outlive its server; absent where there is but one. */
  replicated?: (() => Promise<void>) | undefined;
}

/** The same for what writes. */
export async function write<T>({ replicated }: Writing, question: Promise<T>): Promise<T> {
  const answer = await ask(question);
  await replicated?.();
  return answer;
}

function trouble(error: unknown): { what: string; next: string } {
  const why = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Error) || error.name !== 'ReplyError')
    return {
      what: `Redis does not answer (${why})`,
      next: 'Try again once it is back; what was asked may have been written or not.',
    };
  if (why.startsWith('OOM'))
    return {
      what: `Redis has no memory left, so nothing can be written (${why})`,
      next: 'Raise its maxmemory or make room, then try again. What is running goes on by itself then.',
    };
  return {
    what: `Redis refuses (${why})`,
    next: 'Nothing was written. Mend what it says, then try again.',
  };
}
