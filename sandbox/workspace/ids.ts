import { randomBytes, randomInt } from 'node:crypto';
import type { Clock } from './clock.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export function slackId(prefix: string, length = 9): string {
  let id = prefix;
  while (id.length < length + prefix.length) id += LETTERS[randomInt(LETTERS.length)];
  return id;
}

export function secret(bytes = 16): string {
  return randomBytes(bytes).toString('hex');
}

/** Message timestamps: unique and rising even when the clock stands still. */
export function timestamps(clock: Clock): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, clock.now() * 1000);
    return `${Math.floor(last / 1e6)}.${String(last % 1e6).padStart(6, '0')}`;
  };
}
