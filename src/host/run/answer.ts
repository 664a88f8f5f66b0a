// Parses the `key<TAB>value` lines that a host script printed.
import { StageFailed } from '../../deploy/record/errors.ts';
import type { Answer } from '../../deploy/ports/ports.ts';

interface Output {
  stdout: string;
  stderr: string;
  what: string;
  host: string;
}

/** Ignores other lines, such as a login banner. `value` fails with `unreadable-answer` unless the key occurs once. */
export function parseAnswer({ stdout, stderr, what, host }: Output): Answer {
  let found: Map<string, string[]> | undefined;
  // Parse on first use, because some scripts print only text, such as a config file.
  const fields = (): Map<string, string[]> => (found ??= fieldsOf(stdout) ?? tooLong(what, host));
  const values = (key: string): string[] => [...(fields().get(key) ?? [])];
  return {
    stdout,
    stderr,
    values,
    maybe: (key) => fields().get(key)?.[0],
    value(key) {
      const list = values(key);
      const [only] = list;
      if (only !== undefined && list.length === 1) return only;
      const got = list.length === 0 ? `no "${key}"` : `"${key}" ${list.length} times`;
      throw new StageFailed(`${what} succeeded on ${host}, but its output has ${got}`, {
        code: 'unreadable-answer',
        next: `check the start files of the login shell on ${host}: \`ssh ${host} true\` must print nothing. Then try again.`,
        host,
        log: stdout.slice(-4_000),
      });
    },
  };
}

function tooLong(what: string, host: string): never {
  throw new StageFailed(
    `${what} succeeded on ${host}, but its output has more than ${MAX_LINES} lines`,
    {
      code: 'unreadable-answer',
      next: `check the start files of the login shell on ${host}: \`ssh ${host} true\` must print nothing. Then try again.`,
      host,
    },
  );
}

/** More lines than any script prints. Parsing this many takes about 20 ms. */
const MAX_LINES = 80_000;
const MAX_KEY_LENGTH = 64;

/** Returns the values of each key, or undefined if the output has more than MAX_LINES lines. */
function fieldsOf(stdout: string): Map<string, string[]> | undefined {
  const found = new Map<string, string[]>();
  const otherLineBreak = /[\r\u2028\u2029]/;
  const mayHaveOtherLineBreak = otherLineBreak.test(stdout);
  let from = 0;
  for (let lines = 1; from < stdout.length; lines += 1) {
    if (lines > MAX_LINES) return undefined;
    const end = stdout.indexOf('\n', from);
    const line = stdout.slice(from, end === -1 ? stdout.length : end);
    from = end === -1 ? stdout.length : end + 1;
    const tab = line.slice(0, MAX_KEY_LENGTH).indexOf('\t');
    const key = line.slice(0, Math.max(tab, 0));
    if (mayHaveOtherLineBreak && otherLineBreak.test(line)) continue;
    const list = found.get(key);
    if (list !== undefined) list.push(line.slice(tab + 1));
    else if (/^[a-z][a-z0-9_-]*$/.test(key)) found.set(key, [line.slice(tab + 1)]);
  }
  return found;
}
