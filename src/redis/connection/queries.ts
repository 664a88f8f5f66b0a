// Awaits reads and writes of Redis, and turns their failures into messages for people.
import type { Redis } from 'ioredis';
import type { Deployment } from '../../deploy/record/deployment.ts';
import { OutcomeUnknown } from '../../deploy/record/errors.ts';
import type { DeploymentEvent } from '../../deploy/record/events.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import { type Refusal, refusalIn } from './refusals.ts';

/** The commands that the records use. A cluster accepts them, because all keys have one hash tag. */
export type RecordsRedis = Pick<
  Redis,
  'call' | 'eval' | 'get' | 'lrange' | 'smembers' | 'zrevrange'
>;

/** Awaits a read. Fails with OutcomeUnknown (`records-unreachable`). */
export async function query<T>(question: Promise<T>): Promise<T> {
  return answered(question, NOT_READ);
}

const CHECK =
  'on the machine of Redis (REDIS_URL names it): `sudo systemctl start redis-server`. If it runs already, check the network from the bot to it. Then try again.';
const NOT_READ = {
  what: 'Cannot reach Redis, so nothing was read or changed. Running deployments wait. Users keep the live release.',
  next: CHECK,
};
const MAYBE_WRITTEN = {
  what: 'Redis stopped answering, so it is unknown whether this was written. Running deployments wait. Users keep the live release.',
  next: `${CHECK} First check with \`/argo status\` whether it was written.`,
};

async function answered<T>(question: Promise<T>, silent: Refusal): Promise<T> {
  try {
    return await question;
  } catch (error) {
    const { what, next } = failureOf(error, silent);
    throw new OutcomeUnknown(what, { code: 'records-unreachable', next, cause: error });
  }
}

/** What a write needs: Redis, and the wait for its replica. */
export interface Writing {
  redis: RecordsRedis;
  /** Resolves when a replica has all earlier writes; see `createReplicated`. */
  replicated?: (() => Promise<void>) | undefined;
}

/** What the records need. */
export interface RecordsOptions extends Writing {
  redactor: Redactor;
  /** Called after each change that this process made, with the events that it wrote. */
  changed?: (deployment: Deployment, events: readonly DeploymentEvent[]) => void;
  subscribe: (id: string, changed: () => void) => Promise<() => Promise<void>>;
}

/** Awaits a write and its replication. After OutcomeUnknown the caller must read whether the write was done. */
export async function write<T>({ replicated }: Writing, question: Promise<T>): Promise<T> {
  const answer = await answered(question, MAYBE_WRITTEN);
  await replicated?.();
  return answer;
}

/** Runs a script that writes, and waits for its replication as `write` does. */
export function runScript(
  writing: Writing,
  script: string,
  keys: readonly string[],
  given: readonly string[],
): Promise<unknown> {
  return write(writing, writing.redis.eval(script, keys.length, ...keys, ...given));
}

/** Returns message and next step for an error of ioredis. Its own message is only in the log, as the cause. */
function failureOf(error: unknown, silent: Refusal): Refusal {
  const refusal = refusalIn(error);
  if (!refusal) return silent;
  return {
    what: `Redis ${refusal.what}. Nothing was written. Running deployments wait. Users keep the live release.`,
    next: refusal.next,
  };
}
