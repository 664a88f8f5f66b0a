// Replaces the matches of a pattern in pieces of a text, so that other work can run between two pieces.

/** Most texts are this short and have no match, so they are only tested. That takes no time worth a pause. */
const SHORT = 1_024;
/** How many characters before a match its lookbehind (`\b`, `(?<=…)`) may read. */
const LOOKBEHIND = 256;
/** Length of a piece in characters; other work runs between two pieces. */
const PIECE = 16_384;
/** How far past the end of a piece a match is read at first. A longer match is then read in the whole text. */
const LOOKAHEAD = 16_384;

/** The text that replaces a secret. */
export const MASK = '[secret]';

export interface CredentialShape {
  /** Matches the text in front of a value, such as `token=`. The value starts at its end. */
  prefix?: RegExp;
  value: RegExp;
}

export function* replaceMatches(
  text: string,
  shape: CredentialShape,
  mask: string,
): Generator<void, string> {
  if (text.length <= SHORT && !matches(shape.prefix ?? shape.value, text)) return text;
  const parts: string[] = [];
  let done = 0;
  for (let piece = 0; piece < text.length; piece += PIECE) {
    yield;
    for (const [start, end] of matchesIn(text, piece, shape, done)) {
      parts.push(text.slice(done, start), mask);
      done = end;
    }
  }
  return done === 0 ? text : [...parts, text.slice(done)].join('');
}

function matches(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}

/** Returns the matches that start in a piece and after `done`, the end of the last replaced match. */
function* matchesIn(
  text: string,
  piece: number,
  { prefix, value }: CredentialShape,
  done: number,
): Generator<[number, number], void> {
  const pattern = prefix ?? value;
  const base = Math.max(0, piece - LOOKBEHIND);
  const part = text.slice(base, piece + PIECE + LOOKAHEAD);
  let free = done;
  pattern.lastIndex = Math.max(piece, prefix ? 0 : done) - base;
  for (let match = pattern.exec(part); match; match = pattern.exec(part)) {
    if (base + match.index >= piece + PIECE) return;
    const start = base + match.index + (prefix ? match[0].length : 0);
    // Skip a prefix inside the value that was just replaced: reading a value after it would only cost time.
    if (start < free) continue;
    const isWhole =
      !prefix && (pattern.lastIndex < part.length || base + part.length === text.length);
    const end = isWhole ? base + pattern.lastIndex : endOf(text, start, value);
    if (end === undefined) continue;
    yield [start, end];
    free = end;
    if (!prefix) pattern.lastIndex = Math.max(end - base, 0);
    if (!prefix && end - base >= part.length) return;
  }
}

function endOf(text: string, at: number, value: RegExp): number | undefined {
  const sticky = value.sticky ? value : new RegExp(value.source, `${value.flags}y`);
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : undefined;
}
