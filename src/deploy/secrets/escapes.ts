// Decodes an escaped character at one position of a text: backslash, percent, quotes, entities.

interface Out {
  codes: Uint16Array;
  size: number;
}

/** Decodes the escape at a position into `out` and returns the escape's length; 0 if there is none. */
export type Reader = (codes: Uint16Array, at: number, out: Out) => number;

const codeOf = (character: string): number => character.charCodeAt(0);
export const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const QUOTE = 0x27;
const DOUBLE = 0x22;

function tableOf(characters: string): Uint8Array {
  const all = new Uint8Array(65_536);
  for (const one of characters) all[codeOf(one)] = 1;
  return all;
}

export function textAt(codes: Uint16Array, at: number, most: number): string {
  const length = Math.min(most, codes.length - at);
  return Buffer.from(codes.buffer, codes.byteOffset + at * 2, length * 2).toString('utf16le');
}

/** Value of each UTF-16 unit as a hexadecimal digit; 255 if it is none. */
const HEX = new Uint8Array(65_536).fill(255);
for (const digit of '0123456789abcdefABCDEF') HEX[codeOf(digit)] = parseInt(digit, 16);

/** Returns the value of `count` hexadecimal digits; -1 if there are fewer. */
function hexValue(codes: Uint16Array, at: number, count: number): number {
  let value = 0;
  for (let place = at; place < at + count; place += 1) {
    const digit = HEX[codes[place] ?? 0] ?? 255;
    if (digit === 255) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function writeCharacter(out: Out, value: number): boolean {
  if (value < 0 || value > 0x10_ff_ff) return false;
  for (const unit of value > 0xff_ff ? String.fromCodePoint(value).split('') : [value])
    out.codes[out.size++] = typeof unit === 'number' ? unit : codeOf(unit);
  return true;
}

const MEANINGS = new Map(
  Object.entries({ a: 7, b: 8, e: 27, f: 12, n: 10, r: 13, t: 9, v: 11, 0: 0 }).flatMap(
    ([letter, value]) => [
      [codeOf(letter), value],
      [codeOf(letter.toUpperCase()), value],
    ],
  ),
);

const isAlphanumeric = (one: number): boolean =>
  (one >= 48 && one <= 57) || (one >= 65 && one <= 90) || (one >= 97 && one <= 122);

/** Decodes backslash escapes of JSON, Python, C and shells, and a quote inside a quoted shell text. */
const decodeBackslash: Reader = (codes, at, out) => {
  if (codes[at] === QUOTE) return decodeShellQuotes(codes, at, out);
  const next = codes[at + 1];
  if (next === undefined) return 0;
  const letter = next | 0x20;
  if (letter === 0x75) {
    const length = decodeUnicode(codes, at, out);
    if (length > 0) return length;
  }
  const length = decodeBytes(codes, at, out);
  if (length > 0) return length;
  const meaning = MEANINGS.get(next);
  if (meaning === undefined && isAlphanumeric(next)) return 0;
  out.codes[out.size++] = meaning ?? next;
  return 2;
};

/** Decodes `'\''` and `'"'"'`, by which shells write a quote inside quotes. */
const decodeShellQuotes: Reader = (codes, at, out) => {
  const wanted =
    codes[at + 1] === BACKSLASH ? [BACKSLASH, QUOTE, QUOTE] : [DOUBLE, QUOTE, DOUBLE, QUOTE];
  if (wanted.some((one, index) => codes[at + 1 + index] !== one)) return 0;
  out.codes[out.size++] = QUOTE;
  return wanted.length + 1;
};

/** Decodes `\u{1f600}`, `\U0001f600` and `\u00eb`. */
const decodeUnicode: Reader = (codes, at, out) => {
  if (codes[at + 2] === 0x7b) {
    let end = at + 3;
    while (end < at + 9 && HEX[codes[end] ?? 0] !== 255) end += 1;
    const whole = end > at + 3 && codes[end] === 0x7d;
    if (whole && writeCharacter(out, hexValue(codes, at + 3, end - at - 3))) return end + 1 - at;
  }
  if (codes[at + 1] === 0x55 && writeCharacter(out, hexValue(codes, at + 2, 8))) return 10;
  return writeCharacter(out, hexValue(codes, at + 2, 4)) ? 6 : 0;
};

/** Returns the byte that is escaped at a position (`%2f`, `\x2f`, `\057`); -1 if there is none. */
function byteAt(codes: Uint16Array, at: number): number {
  if (codes[at] === PERCENT) return hexValue(codes, at + 1, 2);
  if (codes[at] !== BACKSLASH) return -1;
  const next = codes[at + 1] ?? 0;
  if ((next | 0x20) === 0x78) return hexValue(codes, at + 2, 2);
  if (next < 48 || next > 51) return -1;
  const [second, third] = [(codes[at + 2] ?? 0) - 48, (codes[at + 3] ?? 0) - 48];
  if (second < 0 || second > 7 || third < 0 || third > 7) return -1;
  return (next - 48) * 64 + second * 8 + third;
}

const lengthOf = (codes: Uint16Array, at: number): number => (codes[at] === PERCENT ? 3 : 4);

/** Decodes the escaped bytes of one UTF-8 character; a single byte if they form none. */
const decodeBytes: Reader = (codes, at, out) => {
  const first = byteAt(codes, at);
  if (first === -1) return 0;
  let length = lengthOf(codes, at);
  const wanted = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
  const read = [first];
  while (read.length < wanted) {
    const next = byteAt(codes, at + length);
    if (next === -1) break;
    read.push(next);
    length += lengthOf(codes, at + length);
  }
  const whole =
    wanted > 1 && read.length === wanted ? Buffer.from(read).toString('utf8') : '\uFFFD';
  if (!whole.includes('\uFFFD')) return writeCharacter(out, whole.codePointAt(0) ?? 0) ? length : 0;
  out.codes[out.size++] = first;
  return lengthOf(codes, at);
};

const ENTITIES = new Map(
  Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00A0' }),
);
const ENTITY = /^&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/i;
const LONGEST_ENTITY = 10;

const decodeEntity: Reader = (codes, at, out) => {
  const text = textAt(codes, at, LONGEST_ENTITY);
  const match = ENTITY.exec(text);
  if (!match) return 0;
  const [all, decimal, digits, name = ''] = match;
  const value =
    decimal === undefined
      ? digits === undefined
        ? codeOf(ENTITIES.get(name.toLowerCase()) ?? '')
        : parseInt(digits, 16)
      : parseInt(decimal, 10);
  return writeCharacter(out, value) ? all.length : 0;
};

/** One decoder for each kind of escape. Each gets the whole text, because one kind may contain another. */
export const readers: readonly { starts: Uint8Array; read: Reader }[] = [
  { starts: tableOf(`\\'`), read: decodeBackslash },
  { starts: tableOf('%'), read: decodeBytes },
  { starts: tableOf('&'), read: decodeEntity },
];
