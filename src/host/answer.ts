import { StageFailed } from '../deploy/errors.ts';
import type { Answer } from '../deploy/ports.ts';

interface Output {
  stdout: string;
  stderr: string;
  what: string;
  host: string;
}

/** Reads `key<TAB>value` lines; lines of another shape (a login banner) are left aside. */
export function parseAnswer({ stdout, stderr, what, host }: Output): Answer {
  const found = new Map<string, string[]>();
  for (const line of stdout.split('\n')) {
    const match = /^([a-z][a-z0-9_-]*)\t(.*)$/.exec(line);
    if (match === null) continue;
    const [, key = '', value = ''] = match;
    const list = found.get(key);
    if (list === undefined) found.set(key, [value]);
    else list.push(value);
  }
  const values = (key: string): string[] => [...(found.get(key) ?? [])];
  return {
    stdout,
    stderr,
    values,
    maybe: (key) => found.get(key)?.[0],
    value(key) {
      const list = values(key);
      const [only] = list;
      if (only !== undefined && list.length === 1) return only;
      const got = list.length === 0 ? `no "${key}"` : `"${key}" ${list.length} times`;
      throw new StageFailed(`${what} ended well on ${host}, but its answer has ${got}`, {
        code: 'unreadable-answer',
        next: `Look at what the login shell of this user prints on ${host}; then try again.`,
        host,
        log: stdout.slice(-4_000),
      });
    },
  };
}
