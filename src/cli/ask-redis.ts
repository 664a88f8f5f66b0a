// Connects a command of the process to the records, and says in whose name it acts.
import { hostname, userInfo } from 'node:os';
import type { Environment } from '../argo-yml/environment.ts';
import { StageFailed } from '../deploy/record/errors.ts';
import { findPrivateRedis } from '../private-redis.ts';
import { type Connection, connectRedis } from '../redis/connection/connect.ts';

export const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** `again`: what to type once Redis runs. */
export async function askRedis(
  { REDIS_URL, ARGO_DATA }: Pick<Environment, 'REDIS_URL' | 'ARGO_DATA'>,
  again: string,
): Promise<Connection> {
  return connectRedis(REDIS_URL ?? (await own(ARGO_DATA, again)), 'asking', quiet);
}

async function own(dataDirectory: string, again: string): Promise<string> {
  const found = await findPrivateRedis(dataDirectory);
  if (found.kind === 'running') return found.url;
  throw new StageFailed('No Redis runs: REDIS_URL is not set, and the bot is not running.', {
    code: 'no-redis',
    next: `Start the bot, then type ${again} again.`,
  });
}

/** `ada@deploy-1`: the user who typed the command, also through sudo. */
export function personHere(): string {
  return `${process.env['SUDO_USER'] || userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that has no name.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}
