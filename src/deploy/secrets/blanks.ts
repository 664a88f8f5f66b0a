// Finds what may separate two characters of a secret: blanks, invisible characters, prefixes of journal lines.
import { BACKSLASH, type Reader, textAt } from './escapes.ts';

/** Matches the prefix that systemd's journal adds to each part when it splits a long line. */
const HEADING = /^\\?\n\d{4}-\d\d-\d\dT[\d:.,+Z-]{5,30} [^\s]{1,80} [^\s]{1,80}\[\d{1,10}\]: /u;
const LONGEST_HEADING = 400;
const BLANK = /[\s\p{Cf}\p{Cc}]/u;
/** An invisible character of two UTF-16 units. */
const PAIR = /^\p{Cf}$/u;
const NOTHING = 0;
const ONE = 1;
const HALF = 2;

let kinds: Uint8Array | undefined;

/** Returns for each UTF-16 unit: ONE if it is blank, HALF if it begins a pair that may be blank, else NOTHING. */
function blankKinds(): Uint8Array {
  if (kinds) return kinds;
  kinds = new Uint8Array(65_536);
  for (let one = 0; one < 65_536; one += 1)
    if (BLANK.test(String.fromCharCode(one))) kinds[one] = ONE;
  kinds.fill(HALF, 0xd8_00, 0xdc_00);
  return kinds;
}

let starting: Uint8Array | undefined;

/** Returns for each UTF-16 unit whether `readBlanks` can find blanks that start with it. */
export function blankStarts(): Uint8Array {
  starting ??= blankKinds().map((kind, one) => (kind === NOTHING && one !== BACKSLASH ? 0 : 1));
  return starting;
}

/** Returns the length of the blanks at a position. The caller removes them from the text. */
export const readBlanks: Reader = (codes, at) => {
  const all = blankKinds();
  let end = at;
  while (end < codes.length) {
    const length = headingLength(codes, end) || blankLength(all[codes[end] ?? 0] ?? 0, codes, end);
    if (length === 0) break;
    end += length;
  }
  return end - at;
};

function blankLength(kind: number, codes: Uint16Array, at: number): number {
  if (kind !== HALF) return kind;
  return PAIR.test(textAt(codes, at, 2)) ? 2 : 0;
}

function headingLength(codes: Uint16Array, at: number): number {
  const line = codes[at] === BACKSLASH ? at + 1 : at;
  if (codes[line] !== 10 || codes[line + 5] !== 0x2d || codes[line + 11] !== 0x54) return 0;
  const text = textAt(codes, at, LONGEST_HEADING);
  return HEADING.exec(text)?.[0].length ?? 0;
}
