// Finds the keys and values in the text of a TOML file: where a key is defined first, and how numbers are written.
import { after, match } from './scan.ts';
import { positionOf, printable } from './values.ts';

const PART = String.raw`(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')`;
const KEY = String.raw`${PART}(?:[ \t]*\.[ \t]*${PART})*`;
const TEXT = String.raw`"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*`;
const DATE_AND_TIME = String.raw`\d{4}-\d\d-\d\d[Tt ]\d\d:[\d:.]+(?:[Zz]|[+-]\d\d:\d\d)?`;
const BLANK = /(?:[ \t\r\n\uFEFF]|#[^\n]*)+/y;
const TABLE = new RegExp(String.raw`(\[\[?)[ \t]*(${KEY})[ \t]*\]\]?`, 'y');
const ASSIGNED = new RegExp(String.raw`(${KEY})[ \t]*=`, 'y');
const QUOTED = new RegExp(TEXT, 'y');
/** A string, a comment, a date, or a bare word. */
const PIECE = new RegExp(String.raw`${TEXT}|${DATE_AND_TIME}|[\w.:+-]+`, 'g');
const LAST_COMMA = /,[ \t]*\}/y;
const SHORT_TIME = /(?<![\d:+-])\d\d:\d\d(?![\d:])/y;
const DATE_OR_TIME = /^(?:\d{4}-\d\d-\d\d.*|\d\d:\d\d.*)$/;
const NUMBER =
  /^(?:0x[\dA-Fa-f_]+|0o[0-7_]+|0b[01_]+|[+-]?(?:inf|nan)|[+-]?\d[\d_]*(?:\.[\d_]+)?(?:[eE][+-]?[\d_]+)?)$/;

/** A table or a key: the offset of its name and, for a key, the offsets of its value. */
interface Definition {
  path: string[];
  at: number;
  value?: { from: number; end: number };
  /** True for an entry of an array of tables, because each entry may define the same keys again. */
  again: boolean;
}

/** Given the place of a duplicate key, finds its first definition. Undefined inside an inline table. */
export function firstDefinition(
  text: string,
  { line, column }: { line: number; column: number },
): { key: string; line: number } | undefined {
  let earlier: Definition[] = [];
  for (const one of definitions(text)) {
    const { path, at, again } = one;
    if (again) earlier = earlier.filter((other) => !startsWith(other.path, path));
    const place = positionOf(text, at);
    if (place.line === line && place.column >= column) {
      const same = earlier.find((other) => startsWith(other.path, path));
      const first = same ?? earlier.find((other) => startsWith(path, other.path));
      return first && { key: printable(path.join('.')), line: positionOf(text, first.at).line };
    }
    earlier.push(one);
  }
  return undefined;
}

/** The place of the first syntax that only TOML 1.1 has. Older readers, such as Python's tomllib before 3.15, refuse it. */
export function newerSyntax(text: string): number | undefined {
  for (const { value } of definitions(text)) {
    const found = value && newerIn(text, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** TOML 1.1 allows line breaks and a last comma in `{ }`, the escapes `\e` and `\x41`, and times without seconds. */
function newerIn(text: string, { from, end }: { from: number; end: number }): number | undefined {
  const open: string[] = [];
  for (let at = from; at < end;) {
    const [quoted] = match(QUOTED, text, at);
    const letter = quoted === undefined ? (text[at] ?? '') : '';
    if (letter === '{' || letter === '[') open.push(letter);
    if (letter === '}' || letter === ']') open.pop();
    const isNewer =
      (quoted?.startsWith('"') === true && hasNewerEscape(quoted)) ||
      (open.at(-1) === '{' &&
        (letter === '\n' || (letter === ',' && match(LAST_COMMA, text, at).length > 0))) ||
      (/\d/.test(letter) && match(SHORT_TIME, text, at).length > 0);
    if (isNewer) return at;
    at += quoted?.length ?? 1;
  }
  return undefined;
}

function hasNewerEscape(quoted: string): boolean {
  return [...quoted.matchAll(/\\([^])/g)].some(([, one]) => one === 'e' || one === 'x');
}

function startsWith(path: string[], head: string[]): boolean {
  return head.every((part, index) => path[index] === part);
}

/** All tables and keys, in the order of the file. */
function* definitions(text: string): Generator<Definition, void> {
  let table: string[] = [];
  for (let at = after(BLANK, text, 0); at < text.length; at = after(BLANK, text, at)) {
    const [header, bracket, name] = match(TABLE, text, at);
    const [assigned, key] = match(ASSIGNED, text, at);
    if (header !== undefined && name !== undefined) {
      table = partsOf(name);
      yield { path: table, at: at + header.indexOf(name), again: bracket === '[[' };
      at += header.length;
    } else if (assigned !== undefined && key !== undefined) {
      const from = at + assigned.length;
      const end = endOfValue(text, from);
      yield { path: [...table, ...partsOf(key)], at, value: { from, end }, again: false };
      at = end;
    } else at = endOfValue(text, at + 1);
  }
}

/** The offset of the end of the value's last line. A value in brackets may span several lines. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length;) {
    const [quoted] = match(QUOTED, text, at);
    const letter = text[at];
    if (quoted !== undefined) at += quoted.length;
    else if (letter === '\n' && depth <= 0) return at;
    else {
      if (letter === '[' || letter === '{') depth += 1;
      if (letter === ']' || letter === '}') depth -= 1;
      at += 1;
    }
  }
  return text.length;
}

function partsOf(key: string): string[] {
  const parts = key.match(new RegExp(PART, 'g')) ?? [];
  return parts.map((part) => part.replace(/^(["'])([\s\S]*)\1$/, '$2'));
}

/** Puts `mark` and each number or date together into quotes, because the TOML parser would round the value. */
export function quoteLiterals(text: string): { marked: string; mark: string } {
  let mark = '\uE000';
  while (text.includes(mark)) mark += '\uE000';
  let marked = '';
  let done = 0;
  for (const { value } of definitions(text)) {
    if (value === undefined) continue;
    const written = text.slice(value.from, value.end);
    marked += text.slice(done, value.from);
    marked += written.replaceAll(PIECE, (piece, at: number) =>
      (NUMBER.test(piece) || isDate(piece)) && endsValue(written, at + piece.length)
        ? `"${mark}${piece}"`
        : piece,
    );
    done = value.end;
  }
  return { marked: marked + text.slice(done), mark };
}

export function isDate(written: string): boolean {
  return DATE_OR_TIME.test(written);
}

/** Whether a value ends at `at`. A key may look like a number, but a dot or an equals sign follows it. */
function endsValue(text: string, at: number): boolean {
  return /^[ \t]*(?:[,\]}#\r\n]|$)/.test(text.slice(at));
}
