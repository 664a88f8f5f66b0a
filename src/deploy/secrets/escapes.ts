// Decodes escaped characters at one position of a text: backslash, percent, quotes, entities.

interface Out {
  codes: Uint16Array;
  size: number;
}

/** Writes the decoded escape to `out` and returns its length; 0 without an escape. */
export type Reader = (codes: Uint16Array, at: number, out: Out) => number;

const code = (character: string): number => character.charCodeAt(0);
export const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const QUOTE = 0x27;
const DOUBLE = 0x22;

function table(characters: string): Uint8Array {
  const all = new Uint8Array(65_536);
  for (const one of characters) all[code(one)] = 1;
  return all;
}

export function textAt(codes: Uint16Array, at: number, most: number): string {
  const length = Math.min(most, codes.length - at);
  return Buffer.from(codes.buffer, codes.byteOffset + at * 2, length * 2).toString('utf16le');
}

/** The value of each hexadecimal digit; 255 for other characters. */
const HEX = new Uint8Array(65_536).fill(255);
for (const digit of '0123456789abcdefABCDEF') HEX[code(digit)] = parseInt(digit, 16);

/** The value of `count` hexadecimal digits; -1 if there are fewer. */
function hex(codes: Uint16Array, at: number, count: number): number {
  let value = 0;
  for (let place = at; place < at + count; place += 1) {
    const digit = HEX[codes[place] ?? 0] ?? 255;
    if (digit === 255) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function put(out: Out, value: number): boolean {
  if (value < 0 || value > 0x10_ff_ff) return false;
  for (const unit of value > 0xff_ff ? String.fromCodePoint(value).split('') : [value])
    out.codes[out.size++] = typeof unit === 'number' ? unit : code(unit);
  return true;
}

const MEANINGS = new Map(
  Object.entries({ a: 7, b: 8, e: 27, f: 12, n: 10, r: 13, t: 9, v: 11, 0: 0 }).flatMap(
    ([letter, value]) => [
      [code(letter), value],
      [code(letter.toUpperCase()), value],
    ],
  ),
);

const isAlphanumeric = (one: number): boolean =>
  (one >= 48 && one <= 57) || (one >= 65 && one <= 90) || (one >= 97 && one <= 122);

/** Backslash escapes of JSON, Python, C and shells, and quotes within quotes of a shell. */
const backslash: Reader = (codes, at, out) => {
  if (codes[at] === QUOTE) return quotes(codes, at, out);
  const next = codes[at + 1];
  if (next === undefined) return 0;
  const letter = next | 0x20;
  if (letter === 0x75) {
    const length = unicode(codes, at, out);
    if (length > 0) return length;
  }
  const length = bytes(codes, at, out);
  if (length > 0) return length;
  const meaning = MEANINGS.get(next);
  if (meaning === undefined && isAlphanumeric(next)) return 0;
  out.codes[out.size++] = meaning ?? next;
  return 2;
};

/** `'\''` and `'"'"'`. */
const quotes: Reader = (codes, at, out) => {
  const wanted =
    codes[at + 1] === BACKSLASH ? [BACKSLASH, QUOTE, QUOTE] : [DOUBLE, QUOTE, DOUBLE, QUOTE];
  if (wanted.some((one, index) => codes[at + 1 + index] !== one)) return 0;
  out.codes[out.size++] = QUOTE;
  return wanted.length + 1;
};

/** `\u{1f600}`, `\U0001f600`, `\u00eb`. */
const unicode: Reader = (codes, at, out) => {
  if (codes[at + 2] === 0x7b) {
    let end = at + 3;
    while (end < at + 9 && HEX[codes[end] ?? 0] !== 255) end += 1;
    const whole = end > at + 3 && codes[end] === 0x7d;
    if (whole && put(out, hex(codes, at + 3, end - at - 3))) return end + 1 - at;
  }
  if (codes[at + 1] === 0x55 && put(out, hex(codes, at + 2, 8))) return 10;
  return put(out, hex(codes, at + 2, 4)) ? 6 : 0;
};

/** The byte that is escaped here; -1 if none. */
function byteAt(codes: Uint16Array, at: number): number {
  if (codes[at] === PERCENT) return hex(codes, at + 1, 2);
  if (codes[at] !== BACKSLASH) return -1;
  const next = codes[at + 1] ?? 0;
  if ((next | 0x20) === 0x78) return hex(codes, at + 2, 2);
  if (next < 48 || next > 51) return -1;
  const [second, third] = [(codes[at + 2] ?? 0) - 48, (codes[at + 3] ?? 0) - 48];
  if (second < 0 || second > 7 || third < 0 || third > 7) return -1;
  return (next - 48) * 64 + second * 8 + third;
}

const lengthOf = (codes: Uint16Array, at: number): number => (codes[at] === PERCENT ? 3 : 4);

/** The escaped bytes of one UTF-8 character, else a single byte. */
const bytes: Reader = (codes, at, out) => {
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
  if (!whole.includes('\uFFFD')) return put(out, whole.codePointAt(0) ?? 0) ? length : 0;
  out.codes[out.size++] = first;
  return lengthOf(codes, at);
};

const ENTITIES = new Map(
  Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00A0' }),
);
const ENTITY = /^&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/i;
const LONGEST_ENTITY = 10;

const entity: Reader = (codes, at, out) => {
  const text = textAt(codes, at, LONGEST_ENTITY);
  const match = ENTITY.exec(text);
  if (!match) return 0;
  const [all, decimal, digits, name = ''] = match;
  const value =
    decimal === undefined
      ? digits === undefined
        ? code(ENTITIES.get(name.toLowerCase()) ?? '')
        : parseInt(digits, 16)
      : parseInt(decimal, 10);
  return put(out, value) ? all.length : 0;
};

/** Separate passes, because one escaped form of a secret may look like another escape. */
export const readers: readonly { starts: Uint8Array; read: Reader }[] = [
  { starts: table(`\\'`), read: backslash },
  { starts: table('%'), read: bytes },
  { starts: table('&'), read: entity },
];
