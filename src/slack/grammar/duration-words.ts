// Reads a duration from words, such as `2h`, `an hour and a half` or `1 hour and 30 minutes`.
/** A duration at the start of a list of words. `used`: how many of the words belong to it. */
export interface Duration {
  ms: number;
  used: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: readonly [RegExp, number][] = [
  [/^(?:s|secs?|seconds?)$/, SECOND],
  [/^(?:m|mins?|minutes?)$/, MINUTE],
  [/^(?:h|hrs?|hours?)$/, HOUR],
  [/^(?:d|days?)$/, DAY],
  [/^(?:w|wks?|weeks?)$/, 7 * DAY],
  [/^fortnights?$/, 14 * DAY],
];

const ONE_TO_TWELVE = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const NUMBERS: Record<string, number> = {
  ...Object.fromEntries(ONE_TO_TWELVE.map((word, index) => [word, index + 1])),
  a: 1,
  an: 1,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  'forty-five': 45,
  sixty: 60,
  ninety: 90,
  half: 0.5,
  '½': 0.5,
  '¼': 0.25,
  '¾': 0.75,
};

/** These words are ignored before a duration, such as `about` in `for about 2 hours`. */
const FILLERS = new Set(
  'the next another about around approximately roughly max only just exactly'.split(' '),
);

/** Returns the word in lower case, without punctuation around it: `(2H).` → `2h`. */
export function plainWord(word: string): string {
  return word
    .replace(/[\uFF10-\uFF19]/g, (digit) => digit.normalize('NFKC'))
    .toLowerCase()
    .replace(/^[([]+|[.,;:!?)\]]+$/g, '');
}

export function isNumberWord(word: string): boolean {
  return Object.hasOwn(NUMBERS, word) && !/^an?$/.test(word);
}

/** Reads a duration that begins at the first word; returns undefined if there is none. */
export function readDuration(typed: readonly string[]): Duration | undefined {
  const words = typed.map(plainWord);
  let at = 0;
  while (FILLERS.has(words[at] ?? '')) at += 1;
  let total: Duration | undefined;
  for (;;) {
    const joined = total !== undefined && words[at] === 'and' ? at + 1 : at;
    const part = readPart(words.slice(joined), total !== undefined);
    if (part === undefined) break;
    at = joined + part.used;
    total = { ms: (total?.ms ?? 0) + part.ms, used: at };
  }
  return total;
}

/** Reads one number with its unit, such as `2 hours`. `later`: another such part came before it. */
function readPart(words: readonly string[], later: boolean): Duration | undefined {
  const [first = ''] = words;
  const glued = gluedMs(first);
  if (glued !== undefined) return { ms: glued, used: 1 };
  // In `an hour and a half`, `a half` has no unit and means half an hour.
  if (later && first === 'a' && words[1] === 'half') return { ms: HOUR / 2, used: 2 };
  const count = countOf(words);
  if (count === undefined) return undefined;
  const unit = unitMs(words[count.used] ?? '');
  return unit === undefined ? undefined : { ms: count.value * unit, used: count.used + 1 };
}

/** Returns the milliseconds of a word such as `2h`, `90min`, `1h30m` or `1h30`. */
function gluedMs(word: string): number | undefined {
  if (!/^(?:\d+(?:[.,]\d+)?[a-z]+)+\d{0,2}$/.test(word)) return undefined;
  let ms = 0;
  for (const [, count = '', unit = ''] of word.matchAll(/(\d+(?:[.,]\d+)?)([a-z]*)/g)) {
    const each = unit === '' ? MINUTE : unitMs(unit);
    if (each === undefined) return undefined;
    ms += numeral(count) * each;
  }
  return ms;
}

const numeral = (text: string): number => Number(text.replace(',', '.'));

/** Reads a number at the start: `2`, `1.5`, `two`, `half an`, `a couple of`, `two and a half`. */
function countOf(words: readonly string[]): { value: number; used: number } | undefined {
  const [first = '', second = ''] = words;
  if (first === 'a' && second === 'couple') return { value: 2, used: words[2] === 'of' ? 3 : 2 };
  if (first === 'half' && /^an?$/.test(second)) return { value: 0.5, used: 2 };
  const value = numberOf(first);
  if (value === undefined) return undefined;
  const ones = NUMBERS[second];
  // `twenty five` is one number in two words.
  if (value % 10 === 0 && value > 10 && Object.hasOwn(NUMBERS, first) && isDigitWord(second, ones))
    return { value: value + (ones ?? 0), used: 2 };
  const half = words.slice(1, 4).join(' ') === 'and a half';
  return half ? { value: value + 0.5, used: 4 } : { value, used: 1 };
}

const isDigitWord = (word: string, value = 0): boolean =>
  isNumberWord(word) && value >= 1 && value < 10;

function numberOf(word: string): number | undefined {
  if (/^\d{1,6}(?:[.,]\d{1,3})?$/.test(word)) return numeral(word);
  if (/^\d{1,3}½$/.test(word)) return Number(word.slice(0, -1)) + 0.5;
  return Object.hasOwn(NUMBERS, word) ? NUMBERS[word] : undefined;
}

function unitMs(word: string): number | undefined {
  return UNITS.find(([unit]) => unit.test(word))?.[1];
}
