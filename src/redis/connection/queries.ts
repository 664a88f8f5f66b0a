import type { Redis } from 'ioredis';
import { OutcomeUnknown } from '../../deploy/record/errors.ts';
import { type Refusal, refusalOf } from './refusals.ts';

/** What the records ask. A cluster answers the same, since all keys have one hash tag. */
export type RecordsRedis = Pick<
  Redis,
  'call' | 'eval' | 'get' | 'lrange' | 'smembers' | 'zrevrange'
>;

/** One question to the records. Without an answer nobody knows whether it was done, so callers look again. */
export async function ask<T>(question: Promise<T>): Promise<T> {
  return answered(question, NOT_READ);
}

const CHECK = 'Check redis-server on the machine of REDIS_URL, then try again.';
const NOT_READ = {
  what: 'Cannot reach Redis, so nothing was read or changed. Running deployments wait.',
  next: CHECK,
};
const MAYBE_WRITTEN = {
  what: 'Redis stopped answering, so it is not known whether this was written. Running deployments wait.',
  next: `${CHECK} Look first with /argo status.`,
};

async function answered<T>(question: Promise<T>, silent: Refusal): Promise<T> {
  try {
    return await question;
  } catch (error) {
    const { what, next } = trouble(error, silent);
    throw new OutcomeUnknown(what, { code: 'records-unreachable', next, cause: error });
  }
}

export interface Writing {
  /** Resolves once what was written would outlive its server; absent where there is but one. */
  replicated?: (() => Promise<void>) | undefined;
}

/** The same for what writes. */
export async function write<T>({ replicated }: Writing, question: Promise<T>): Promise<T> {
  const answer = await answered(question, MAYBE_WRITTEN);
  await replicated?.();
  return answer;
}

/** Of the client's own words none is for people: they are in the log, as the cause. */
function trouble(error: unknown, silent: Refusal): Refusal {
  const refusal =
    error instanceof Error && error.name === 'ReplyError' ? refusalOf(error.message) : undefined;
  if (!refusal) return silent;
  return {
    what: `Redis ${refusal.what}. Nothing was written; running deployments wait.`,
    next: refusal.next,
  };
}
