// Reads the assignments of a .env file as systemd's EnvironmentFile does.
import { after, match } from './scan.ts';

/** One `KEY=value` of a .env file. */
export interface Assignment {
  key: string;
  value: string;
  /** The offset of the key in the text. */
  at: number;
}

export interface ReadEnv {
  /** In the order of the file, including names that the reader ignores. */
  assignments: Assignment[];
  /** Assignments whose quote is never closed. */
  unclosed: Assignment[];
  /** Assignments with text after the closing quote, which python-dotenv ignores. */
  overlong: Assignment[];
  /** Offsets of lines that are not assignments. */
  invalidLines: number[];
}

/** systemd ignores a line whose name does not match SYSTEMD_NAME. */
export const SYSTEMD_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** White space and comments. A comment ends at the line break. Before systemd 254, a backslash there continued it. */
const SKIPPED = /(?:[ \t\n\r]+|[#;][^\n\r]*)*/y;
const TO_EQUALS = /[^=\n\r]*/y;
const BLANKS = /[ \t]*/y;
const QUOTED = /"((?:[^"\\]|\\[^])*)("?)|'([^']*)('?)/y;
/** A value without quotes, up to the blanks at the end of the line. Escaped blanks and line breaks belong to it. */
const BARE = /(?:[ \t]*(?:\\[^]?|[^ \t\n\r\\]+))*/y;

/**
 * The rules of EnvironmentFile=: no `export`, no variables, no comment after a value; a backslash outside quotes
 * escapes the next character; quotes may span lines.
 */
export function readSystemdEnv(text: string): ReadEnv {
  const read: ReadEnv = { assignments: [], unclosed: [], overlong: [], invalidLines: [] };
  for (let at = after(SKIPPED, text, 0); at < text.length; at = after(SKIPPED, text, at)) {
    const equals = after(TO_EQUALS, text, at);
    if (text[equals] === '=') {
      const { value, end, closed } = readValue(text, equals + 1);
      const assignment = { key: text.slice(at, equals).trimEnd(), value, at };
      read.assignments.push(assignment);
      if (!closed) read.unclosed.push(assignment);
      at = end;
    } else {
      read.invalidLines.push(at);
      at = equals;
    }
  }
  return read;
}

/** A quote has a meaning only at the beginning of a value or directly after a closing quote. */
function readValue(text: string, from: number): { value: string; end: number; closed: boolean } {
  let value = '';
  let at = after(BLANKS, text, from);
  for (;;) {
    const [quoted, double, end, single = '', singleEnd] = match(QUOTED, text, at);
    if (quoted === undefined) break;
    value += double === undefined ? single : unescaped(double);
    at += quoted.length;
    if (!end && !singleEnd) return { value, end: text.length, closed: false };
    at = after(BLANKS, text, at);
  }
  const [bare = ''] = match(BARE, text, at);
  value += bare.replaceAll(/\\([^]?)/g, (_all, one: string) => one.replace(/[\n\r]/, ''));
  return { value, end: after(BLANKS, text, at + bare.length), closed: true };
}

function unescaped(double: string): string {
  return double.replaceAll(/\\(?:(["\\`$])|\n)/g, (_all, one = '') => String(one));
}
