// Reads the assignments of a .env file as systemd's EnvironmentFile does.

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
  /** Offsets of lines that are not assignments. */
  invalidLines: number[];
}

const isBlank = (letter: string): boolean => ' \t\n\r'.includes(letter);
const isBreak = (letter: string): boolean => letter === '\n' || letter === '\r';

/** systemd ignores a line whose name does not match this. */
export const SYSTEMD_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The rules of EnvironmentFile=: no `export`, no variables, no comment after a value; a backslash outside quotes
 * escapes the next character; quotes may span lines.
 */
export function readSystemdEnv(text: string): ReadEnv {
  const read: ReadEnv = { assignments: [], unclosed: [], invalidLines: [] };
  for (let at = 0; at < text.length;) {
    const letter = text[at] ?? '';
    if (isBlank(letter)) at += 1;
    else if ('#;'.includes(letter)) at = endOfComment(text, at);
    else at = readLine(text, at, read);
  }
  return read;
}

/** A comment ends at the line break. Before systemd 254, a backslash there continued the comment. */
function endOfComment(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) if (isBreak(text[at] ?? '')) return at;
  return text.length;
}

function readLine(text: string, from: number, read: ReadEnv): number {
  let equals = from;
  while (equals < text.length && text[equals] !== '=' && !isBreak(text[equals] ?? '')) equals += 1;
  if (text[equals] !== '=') {
    read.invalidLines.push(from);
    return equals;
  }
  const key = text.slice(from, equals).trimEnd();
  const { value, end, closed } = readValue(text, equals + 1);
  read.assignments.push({ key, value, at: from });
  if (!closed) read.unclosed.push({ key, value, at: from });
  return end;
}

/** A quote counts only at the beginning of a value or directly after a closing quote. */
function readValue(text: string, from: number): { value: string; end: number; closed: boolean } {
  let value = '';
  let at = from;
  for (;;) {
    while (at < text.length && isBlank(text[at] ?? '') && !isBreak(text[at] ?? '')) at += 1;
    const quote = text[at];
    if (quote !== '"' && quote !== "'") break;
    const quoted = readQuoted(text, at + 1, quote);
    value += quoted.value;
    at = quoted.end;
    if (!quoted.closed) return { value, end: at, closed: false };
  }
  const bare = readBare(text, at);
  return { value: value + bare.value, end: bare.end, closed: true };
}

function readQuoted(text: string, from: number, quote: string) {
  let value = '';
  for (let at = from; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (letter === quote) return { value, end: at + 1, closed: true };
    if (letter !== '\\' || quote === "'") value += letter;
    else {
      at += 1;
      const next = text[at] ?? '';
      if ('"\\`$'.includes(next)) value += next;
      else if (next !== '\n') value += `\\${next}`;
    }
  }
  return { value, end: text.length, closed: false };
}

/** Reads to the end of the line, without trailing blanks that are not escaped. */
function readBare(text: string, from: number): { value: string; end: number } {
  let value = '';
  let kept = 0;
  let at = from;
  for (; at < text.length && !isBreak(text[at] ?? ''); at += 1) {
    const letter = text[at] ?? '';
    const escaped = letter === '\\';
    if (escaped) at += 1;
    const taken = escaped ? (text[at] ?? '') : letter;
    if (escaped && isBreak(taken)) kept = value.length;
    else value += taken;
    if (escaped || !isBlank(taken)) kept = value.length;
  }
  return { value: value.slice(0, kept), end: Math.min(at, text.length) };
}
