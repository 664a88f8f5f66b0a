// Keeps the results of scripts that a host runs after another one, until the bot asks for them.
import type { CommandEnd } from '../ssh/run-channel.ts';

interface Kept {
  result: Promise<CommandEnd>;
  /** Ends the scripts. */
  close(): void;
}

export interface Ahead {
  keep(key: string, kept: Kept): void;
  /** Returns a result once. */
  take(key: string): Kept | undefined;
}

/** More than the scripts of all deployments that one process runs on a host at once. */
const MOST = 64;

/** A result that nobody asks for, because the deployment has ended, makes room for a newer one. */
export function createAhead(): Ahead {
  const all = new Map<string, Kept>();
  return {
    keep(key, kept) {
      all.delete(key);
      all.set(key, kept);
      const [oldest] = all.keys();
      if (all.size > MOST && oldest !== undefined) all.delete(oldest);
    },
    take(key) {
      const kept = all.get(key);
      all.delete(key);
      return kept;
    },
  };
}
