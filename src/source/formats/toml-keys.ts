// Finds the first definition of a TOML key that is defined twice.
import { after, match } from './scan.ts';
import { printable } from './values.ts';

interface TomlTable {
  line: number;
  column: number;
}

interface Definition extends TomlTable {
  path: string[];
}

const PART = String.raw`(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')`;
const KEY = String.raw`${PART}(?:[ \t]*\.[ \t]*${PART})*`;
const BLANK = /(?:[ \t\r\n\uFEFF]|#[^\n]*)+/y;
const TABLE = new RegExp(String.raw`(\[\[?)[ \t]*(${KEY})[ \t]*\]\]?`, 'y');
const ASSIGNED = new RegExp(String.raw`(${KEY})[ \t]*=`, 'y');
const TEXT = /"""[\s\S]*?"""+|'''[\s\S]*?'''+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*/y;

/**
 * The name and first line of a key whose second definition the parser reported at `at`. Undefined inside an inline
 * table, where both definitions are on one line.
 */
export function firstDefinition(
  text: string,
  at: TomlTable,
): { key: string; line: number } | undefined {
  const earlier: Definition[] = [];
  for (const one of definitions(text)) {
    if (one.again) removeBelow(earlier, one.path);
    if (one.line === at.line && one.column >= at.column) {
      const same = earlier.find(({ path }) => startsWith(path, one.path));
      const first = same ?? earlier.find(({ path }) => startsWith(one.path, path));
      return first && { key: printable(one.path.join('.')), line: first.line };
    }
    earlier.push(one);
  }
  return undefined;
}

/** Removes the definitions below `path`: each entry of an array of tables may define the same keys again. */
function removeBelow(earlier: Definition[], path: string[]): void {
  const others = earlier.filter((one) => !startsWith(one.path, path));
  earlier.splice(0, earlier.length, ...others);
}

function startsWith(path: string[], head: string[]): boolean {
  return head.every((part, index) => path[index] === part);
}

/** All tables and keys, in the order of the file. */
function* definitions(text: string): Generator<Definition & { again: boolean }> {
  let table: string[] = [];
  for (let at = after(BLANK, text, 0); at < text.length; at = after(BLANK, text, at)) {
    const [header, bracket, name] = match(TABLE, text, at);
    const [assigned, key] = match(ASSIGNED, text, at);
    if (header !== undefined && name !== undefined) {
      table = partsOf(name);
      const place = placeAt(text, at + header.indexOf(name));
      yield { path: table, again: bracket === '[[', ...place };
      at += header.length;
    } else if (assigned !== undefined && key !== undefined) {
      yield { path: [...table, ...partsOf(key)], again: false, ...placeAt(text, at) };
      at = endOfValue(text, at + assigned.length);
    } else at = endOfValue(text, at + 1);
  }
}

/** The offset of the end of the value's last line. A value in brackets may span several lines. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length;) {
    const [quoted] = match(TEXT, text, at);
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

function placeAt(text: string, offset: number): TomlTable {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
