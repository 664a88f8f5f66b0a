// Quotes the numbers and dates of a TOML file, so that the parser keeps them as they are written.

/** A string, a comment, a bracket, a line break, a date, or a bare word. */
const PIECE =
  /"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[[\]{}\n]|\d{4}-\d\d-\d\d[Tt ]\d\d:[\d:.]+(?:[Zz]|[+-]\d\d:\d\d)?|[\w.:+-]+/g;
const HEADER = /\[\[?(?:[\w. \t-]|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')+\]\]?/y;
const DATE_OR_TIME = /^(?:\d{4}-\d\d-\d\d.*|\d\d:\d\d.*)$/;
const NUMBER =
  /^(?:0x[\dA-Fa-f_]+|0o[0-7_]+|0b[01_]+|[+-]?(?:inf|nan)|[+-]?\d[\d_]*(?:\.[\d_]+)?(?:[eE][+-]?[\d_]+)?)$/;

/**
 * Turns each number and date into a string that begins with `mark`, because the parser rounds numbers to doubles and
 * dates to milliseconds. `text` must be valid TOML.
 */
export function quoteLiterals(text: string): { marked: string; mark: string } {
  let mark = '\uE000';
  while (text.includes(mark)) mark += '\uE000';
  let depth = 0;
  let marked = '';
  let at = 0;
  while (at < text.length) {
    HEADER.lastIndex = at;
    const isStart =
      depth === 0 && /^[ \t]*$/.test(text.slice(text.lastIndexOf('\n', at - 1) + 1, at));
    const header = isStart && text[at] === '[' ? HEADER.exec(text)?.[0] : undefined;
    PIECE.lastIndex = at;
    const found = header === undefined ? PIECE.exec(text) : null;
    const piece = header ?? found?.[0] ?? '';
    const from = found?.index ?? (header === undefined ? text.length : at);
    const end = from + piece.length;
    if (piece === '[' || piece === '{') depth += 1;
    if (piece === ']' || piece === '}') depth -= 1;
    const literal = header === undefined && isLiteral(piece) && endsValue(text, end);
    marked += text.slice(at, from) + (literal ? `"${mark}${piece}"` : piece);
    at = end;
  }
  return { marked, mark };
}

export function isDate(written: string): boolean {
  return DATE_OR_TIME.test(written);
}

function isLiteral(piece: string): boolean {
  return NUMBER.test(piece) || DATE_OR_TIME.test(piece);
}

/** Whether a value ends at `at`. A key may look like a number, but a dot or an equals sign follows it. */
function endsValue(text: string, at: number): boolean {
  const after = /[^ \t]/g;
  after.lastIndex = at;
  return ',]}#\r\n'.includes(after.exec(text)?.[0] ?? '\n');
}
