// Reads the assignments of a .env file as python-dotenv and Node's dotenv do.
import { after, match } from './scan.ts';
import type { Assignment, ReadEnv } from './systemd-env.ts';

const BLANKS = /(?:\s|[#;][^\n]*)+/y;
const KEY = /(?:export[^\S\r\n]+)?([A-Za-z_][\w.-]*)[^\S\r\n]*=[^\S\r\n]*/y;
const QUOTED = /"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'|`([^`]*)`/y;
const TO_END = /[^\r\n]*/y;
const ESCAPES: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Reads as python-dotenv does. Node's dotenv differs in rare escapes, and takes text after a closing quote. */
export function readDotenv(text: string, { python }: { python: boolean }): ReadEnv {
  const read: ReadEnv = { assignments: [], unclosed: [], overlong: [], invalidLines: [] };
  const known = new Map<string, string>();
  for (let at = after(BLANKS, text, 0); at < text.length; at = after(BLANKS, text, at)) {
    const [, key] = match(KEY, text, at);
    if (key === undefined) {
      read.invalidLines.push(at);
      at = after(TO_END, text, at);
      continue;
    }
    const from = after(KEY, text, at);
    const { value: first, end, closed, overlong } = valueAt(text, from, known);
    const value = overlong && !python ? wholeLine(text.slice(from, end)) : first;
    const assignment: Assignment = { key, value, at };
    if (closed) read.assignments.push(assignment);
    else read.unclosed.push(assignment);
    if (overlong && python) read.overlong.push(assignment);
    known.set(key, value);
    at = end;
  }
  return read;
}

/** Node's dotenv takes a line without one quoted text up to a `#`, and removes the outer quotes: `"{"a": 1}"`. */
function wholeLine(line: string): string {
  return line
    .replace(/#.*$/s, '')
    .trim()
    .replace(/^(["'`])(.*)\1$/s, '$2');
}

type Known = ReadonlyMap<string, string>;

function valueAt(
  text: string,
  at: number,
  known: Known,
): { value: string; end: number; closed: boolean; overlong: boolean } {
  const [whole, double, single, back] = match(QUOTED, text, at);
  if (whole !== undefined) {
    const plain = (single ?? back ?? '').replaceAll(/\\(['\\])/g, '$1');
    const read = double?.replaceAll(
      /\\([\\'"abfnrtv])/g,
      (_all, one: string) => ESCAPES[one] ?? one,
    );
    const value = read === undefined ? plain : expanded(read, known);
    const end = after(TO_END, text, at + whole.length);
    const overlong = !/^\s*(?:#.*)?$/.test(text.slice(at + whole.length, end));
    return { value, end, closed: true, overlong };
  }
  const end = after(TO_END, text, at);
  const line = text.slice(at, end);
  const comment = /\s#/.exec(line)?.index ?? line.length;
  const value = line.slice(0, comment).trimEnd();
  return { value: expanded(value, known), end, closed: !/^["'`]/.test(line), overlong: false };
}

/** Expands only variables of the same file, because the service's environment is unknown here. */
function expanded(value: string, known: Known): string {
  return value.replaceAll(
    /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g,
    (all, name: string, otherwise: string | undefined) => known.get(name) ?? otherwise ?? all,
  );
}
