// Reads the tokens of a Python file from the list that ruff prints.
import type { Token } from './tokens.ts';

/** A line of the list, such as `    Identifier 0..1,`. Its offsets are bytes of UTF-8. */
const LINE = /^ {4}(\w+) (\d+)\.\.(\d+)/gm;

/** `list` is ruff's list of the tokens in `source`. */
export function readTokens(list: string, source: string): Token[] {
  const offsetAt = utf16Offsets(source);
  const tokens: Token[] = [];
  // With matchAll and destructuring, this loop takes twice as long.
  for (let found = LINE.exec(list); found; found = LINE.exec(list)) {
    const kind = found[1] ?? '';
    const first = offsetAt(Number(found[2]));
    const end = offsetAt(Number(found[3]));
    // Errors about an indentation are reported where the code after the blanks begins.
    const start = kind === 'Indent' ? end : first;
    const name = kind === 'Identifier' ? source.slice(start, end) : undefined;
    tokens.push({ kind, start, end, name });
  }
  return tokens;
}

/** Converts offsets, which must not decrease, from bytes of UTF-8 to UTF-16 units. */
function utf16Offsets(source: string): (offset: number) => number {
  let [bytes, units] = [0, 0];
  return (offset) => {
    for (; bytes < offset; units += 1) {
      const code = source.charCodeAt(units);
      // A character of four bytes has two units (surrogates), so each unit counts as two bytes.
      bytes += code < 0x80 ? 1 : code < 0x8_00 || (code & 0xf8_00) === 0xd8_00 ? 2 : 3;
    }
    return units;
  };
}
