/** Other readings of a text, to search as well: without escapes, without blanks. Each knows where its characters stood. */
export interface View {
  text: string;
  /** Of each character, where it begins and ends in the text that was given. */
  from: Uint32Array;
  to: Uint32Array;
}

export function asGiven(text: string): View {
  const from = new Uint32Array(text.length);
  const to = new Uint32Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    from[at] = at;
    to[at] = at + 1;
  }
  return { text, from, to };
}

/** A stretch of a view, and what stands there in the next one. */
interface Piece {
  length: number;
  text: string;
}

/** What takes a piece's place is never longer than it. */
function rewritten(
  view: View,
  pattern: RegExp,
  pieceAt: (match: RegExpExecArray, at: number) => Piece,
): View {
  const { text } = view;
  const from = new Uint32Array(text.length);
  const to = new Uint32Array(text.length);
  const parts: string[] = [];
  let [done, written] = [0, 0];
  const keepUntil = (end: number): void => {
    parts.push(text.slice(done, end));
    from.set(view.from.subarray(done, end), written);
    to.set(view.to.subarray(done, end), written);
    written += end - done;
    done = end;
  };
  const finder = new RegExp(pattern.source, pattern.flags);
  for (let match = finder.exec(text); match; match = finder.exec(text)) {
    const piece = pieceAt(match, match.index);
    keepUntil(match.index);
    done += piece.length;
    finder.lastIndex = done;
    parts.push(piece.text);
    from.fill(view.from[match.index] ?? 0, written, written + piece.text.length);
    to.fill(view.to[done - 1] ?? 0, written, written + piece.text.length);
    written += piece.text.length;
  }
  keepUntil(text.length);
  return { text: parts.join(''), from, to };
}

/**
 * Each by itself, since a secret that is escaped in one way may hold what is an escape in another: JSON, Python,
 * C and shells with a backslash, and the quotes in quotes of a shell; addresses; HTML.
 */
const ESCAPES: readonly RegExp[] = [
  /\\u\{[\da-f]{1,6}\}|\\U[\da-f]{8}|\\u[\da-f]{4}|\\x[\da-f]{2}|\\[0-3][0-7]{2}|'\\''|'"'"'|\\[^\da-zA-Z]|\\[abefnrtv0]/gis,
  /%[\da-f]{2}/gi,
  /&#\d{1,7};|&#x[\da-f]{1,6};|&(?:amp|lt|gt|quot|apos|nbsp);/gi,
];

const LETTERS: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  e: '\u001B',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  0: '\0',
};
const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&nbsp;': '\u00A0',
};

/** What it is with one level of escapes taken away, by the way of escaping; empty where there is none. */
export function unescaped(view: View): View[] {
  const { text } = view;
  return ESCAPES.filter((escape) => text.search(escape) !== -1).map((escape) =>
    rewritten(view, escape, ([match], at) => pieceOf(text, match, at)),
  );
}

function pieceOf(text: string, escape: string, at: number): Piece {
  const { length } = escape;
  if (escape.startsWith("'")) return { length, text: "'" };
  if (escape.startsWith('&#')) {
    const code = /^&#x/i.test(escape)
      ? parseInt(escape.slice(3), 16)
      : parseInt(escape.slice(2), 10);
    return { length, text: character(code, escape) };
  }
  if (escape.startsWith('&')) return { length, text: ENTITIES[escape.toLowerCase()] ?? escape };
  if (/^\\[uU]/.test(escape)) {
    const code = parseInt(escape.replaceAll(/[^\da-f]/gi, ''), 16);
    return { length, text: character(code, escape) };
  }
  if (byteOf(text, at)) return bytes(text, at);
  return { length, text: LETTERS[escape.slice(1).toLowerCase()] ?? escape.slice(1) };
}

function character(code: number, otherwise: string): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : otherwise;
}

const BYTE = /%([\da-f]{2})|\\x([\da-f]{2})|\\([0-3][0-7]{2})/iy;

function byteOf(text: string, at: number): { value: number; length: number } | undefined {
  BYTE.lastIndex = at;
  const match = BYTE.exec(text);
  if (!match) return undefined;
  const [all, percent, hex, octal] = match;
  const value = octal === undefined ? parseInt(percent ?? hex ?? '', 16) : parseInt(octal, 8);
  return { value, length: all.length };
}

/** As many bytes as make one character of UTF-8, else one byte by itself. */
function bytes(text: string, at: number): Piece {
  const first = byteOf(text, at);
  if (!first) return { length: 1, text: text.charAt(at) };
  const wanted = first.value >= 0xf0 ? 4 : first.value >= 0xe0 ? 3 : first.value >= 0xc2 ? 2 : 1;
  const read = [first.value];
  let { length } = first;
  while (read.length < wanted) {
    const next = byteOf(text, at + length);
    if (!next) break;
    read.push(next.value);
    ({ length } = { length: length + next.length });
  }
  const whole = Buffer.from(read).toString('utf8');
  if (read.length === wanted && !whole.includes('\uFFFD')) return { length, text: whole };
  return { length: first.length, text: String.fromCharCode(first.value) };
}

/** Blanks, what nobody sees, and what the journal puts in front of a line that was too long for its writer. */
const BLANK =
  /(?:\\?\n\d{4}-\d\d-\d\dT[\d:.,+Z-]{5,30} [^\s]{1,80} [^\s]{1,80}\[\d{1,10}\]: |[\s\p{Cf}\p{Cc}])+/gu;

export function squeezed(view: View): View {
  return rewritten(view, BLANK, ([blank]) => ({ length: blank.length, text: '' }));
}
