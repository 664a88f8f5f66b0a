import { readFileSync } from 'node:fs';

/** A process, named so that a later one with the same pid is not mistaken for it. */
export interface Owner {
  readonly pid: number;
  readonly startedAt: string;
}

export function currentOwner(): Owner {
  return { pid: process.pid, startedAt: startOf(process.pid) ?? '' };
}

export function isAlive(owner: Owner): boolean {
  return startOf(owner.pid) === owner.startedAt;
}

function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name may hold spaces and brackets: count from its closing one.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}
