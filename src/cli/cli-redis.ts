// Connects a CLI command to the records in Redis, and names the person who typed it.
import { hostname } from 'node:os';
import type { Environment } from '../argo-yml/environment.ts';
import { ownUser } from '../deploy/untrusted/own-user.ts';
import { StageFailed } from '../deploy/record/errors.ts';
import { findPrivateRedis } from '../private-redis.ts';
import { connectRedis } from '../redis/connection/connect.ts';
import type { Writing } from '../redis/connection/queries.ts';
import { createReplicated } from '../redis/connection/replicated.ts';

export const noLog = { info: () => {}, warn: () => {}, error: () => {} };

/** Connects while `act` runs. Fails with StageFailed `no-redis` if no Redis runs; its next step names `command`. */
export async function withRedis<T>(
  { REDIS_URL, ARGO_DATA }: Pick<Environment, 'REDIS_URL' | 'ARGO_DATA'>,
  command: string,
  act: (writing: Writing) => Promise<T>,
): Promise<T> {
  const url = REDIS_URL ?? (await privateUrl(ARGO_DATA, command));
  const redis = connectRedis(url, 'fail-fast', noLog);
  try {
    return await act({ redis, replicated: createReplicated(redis, noLog) });
  } finally {
    redis.disconnect();
  }
}

async function privateUrl(dataDirectory: string, command: string): Promise<string> {
  const found = await findPrivateRedis(dataDirectory);
  if (found !== undefined) return found;
  throw new StageFailed('No Redis runs: REDIS_URL is not set, and the bot is not running.', {
    code: 'no-redis',
    next: `Start the bot, then type ${command} again.`,
  });
}

/** Returns the user who typed the command, also with sudo, and the machine: `ada@deploy-1`. */
export function personHere(): string {
  return `${process.env['SUDO_USER'] || ownUser()}@${hostname()}`;
}
