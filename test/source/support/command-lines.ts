import { readdirSync, readFileSync } from 'node:fs';

/** The command lines of all processes of this machine. */
export function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean).join(' ')];
      } catch {
        return [];
      }
    });
}
