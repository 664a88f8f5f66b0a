import { readFileSync, readdirSync } from 'node:fs';

const EVERY_MS = 300;
const secret = /EXAMPLE-[a-z]/;

/** Arguments of processes are open to everybody on a machine: looks at those of all of them, again and again. */
export interface Arguments {
  /** Those that had a secret in them since the last time this was asked. */
  caught(): string[];
  stop(): void;
}

export function watchArguments(): Arguments {
  let caught: string[] = [];
  const look = (): void => {
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      const words = argumentsOf(pid);
      if (secret.test(words)) caught.push(words.slice(0, 200));
    }
  };
  const timer = setInterval(look, EVERY_MS).unref();
  return {
    caught() {
      const all = caught;
      caught = [];
      return all;
    },
    stop: () => clearInterval(timer),
  };
}

/** Of one that has ended meanwhile there is nothing to see. */
function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
