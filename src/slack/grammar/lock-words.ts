// Reads the reason and the duration of a lock: `Black Friday for 2h`.
import { isNumberWord, plainWord, readDuration } from './duration-words.ts';
import { nearestWord } from '../../deploy/untrusted/spelling.ts';
import { shown, visibleLength } from './tokens.ts';
import { isSlot } from './words.ts';

export interface LockWords {
  reason: string;
  /** How long the lock lasts; without it, until somebody unlocks. */
  ms?: number;
}

const SHORTEST_MS = 60_000;
const LONGEST_MS = 30 * 86_400_000;
const MAX_REASON = 300;

/** Returns a string if the words are wrong or a duration is unclear: ignoring it would make a lock without an end. */
export function lockWords(typed: readonly string[], name: string): LockWords | string {
  const words = withoutCourtesy(typed.flatMap((word) => word.split(/(?<=^for)(?=\d)/i)));
  const example = `\`/argo ${name} Black Friday for 2h\``;
  const timed = timeAtAnEnd(words);
  const rest = timed?.rest ?? typed;
  const reason = rest.join(' ').trim();
  if (visibleLength(reason) === 0)
    return `Say why: the people whom it stops read the reason. ${example}`;
  if (isSlot(reason))
    return `\`${reason}\` is a slot, but a lock stops the whole environment. Say why: ${example}`;
  if (reason.length > MAX_REASON) return `The reason is longer than ${MAX_REASON} characters.`;
  if (timed) {
    if (timed.ms >= SHORTEST_MS && timed.ms <= LONGEST_MS) return { reason, ms: timed.ms };
    return `\`${shown(timed.said)}\` is not a time from \`1m\` to \`30d\`, such as \`45m\`, \`2h\` or \`3d\`. Nothing was locked.`;
  }
  const unclear = unclearTime(words);
  if (unclear === undefined) return { reason };
  return `\`${shown(unclear.said)}\` ${unclear.why}. Nothing was locked. Say how long at the end, such as \`for 45m\`, \`for 2h\` or \`for 3d\`: ${example}. If it belongs to the reason, put the reason in quotes.`;
}

/** Removes words at the end that do not change a duration, such as `please` or `at most`. */
function withoutCourtesy(words: readonly string[]): readonly string[] {
  const [last = '', before = ''] = words.slice(-2).map(plainWord).toReversed();
  if (/^(?:please|pls|thanks|only|max|maximum|tops)$/.test(last)) {
    return withoutCourtesy(words.slice(0, -1));
  }
  return /^(?:from now|at most)$/.test(`${before} ${last}`) ? words.slice(0, -2) : words;
}

interface Timed {
  rest: readonly string[];
  ms: number;
  said: string;
}

/** Finds a duration such as `for 2 hours` before or after the reason. `said`: the duration as typed. */
function timeAtAnEnd(words: readonly string[]): Timed | undefined {
  const timed = words
    .map((word, at) => ({ at, found: isFor(word) ? readDuration(words.slice(at + 1)) : undefined }))
    .find(({ at, found }) => found && (at === 0 || at + 1 + found.used === words.length));
  if (!timed?.found) return undefined;
  const { at, found } = timed;
  const end = at + 1 + found.used;
  const said = words.slice(at + 1, end).join(' ');
  return { rest: [...words.slice(0, at), ...words.slice(end)], ms: found.ms, said };
}

const isFor = (word: string): boolean => plainWord(word) === 'for';

/** Finds a time that argo-bot does not understand. `waiting for Ben` and `until Ben is back` are reasons, not times. */
function unclearTime(words: readonly string[]): { said: string; why: string } | undefined {
  for (const [at, word] of words.entries()) {
    const after = words.slice(at + 1);
    if (isFor(word) && isTimely(after)) {
      const found = readDuration(after);
      const said = `for ${after.slice(0, found?.used ?? 4).join(' ')}`;
      const why = found ? 'is in the middle of the reason' : 'is not a length of time that I know';
      return { said, why };
    }
    if (/^(?:un)?til+$/i.test(word) && isMoment(after.join(' '))) {
      const said = `${word} ${after.slice(0, 3).join(' ')}`;
      return { said, why: 'is a moment, and people here may live in different time zones' };
    }
    if (/\s/.test(word)) {
      const inside = timeAtAnEnd(word.trim().split(/\s+/));
      if (inside) return { said: `for ${inside.said}`, why: 'is inside the quotes' };
    }
  }
  return bareTime(words);
}

/** Finds a duration without `for`, as in `Black Friday 2h`. */
function bareTime(words: readonly string[]): { said: string; why: string } | undefined {
  const starts = [0, words.length - 1, words.length - 2];
  for (const at of starts.filter((one) => one >= 0 && /^\d/.test(plainWord(words[one] ?? '')))) {
    const used = readDuration(words.slice(at))?.used;
    if (used === undefined || (at > 0 && at + used !== words.length)) continue;
    return { said: words.slice(at, at + used).join(' '), why: 'is a time without `for`' };
  }
  return undefined;
}

const UNIT_WORDS = ['minute', 'minutes', 'mins', 'hour', 'hours', 'hrs', 'day', 'days'] as const;
const MORE_UNITS = ['week', 'weeks', 'month', 'months', 'year', 'years'] as const;
const OTHER_TONGUES =
  /^(?:std|stunden?|minuten|tagen?|wochen?|heures?|jours?|semaines?|horas?|d[ií]as?|semanas?|minutos?)$/;
const AMOUNTS = /^(?:few|some|several|many|least|most|hundred|couple)$/;
const SPANS =
  /^(?:all |the |rest of |whole |entire |this |over )*(?:days?|week|weekend|night|evening|morning|afternoon|month|hours|minutes|weeks|today|tonight)$/;

/** Returns whether the words after `for` mean a duration, even one that `readDuration` cannot read. */
function isTimely(after: readonly string[]): boolean {
  const plain = after.map(plainWord);
  if (readDuration(plain)) return true;
  if (SPANS.test(plain.join(' '))) return true;
  const unit = plain.slice(0, 5).findIndex((word) => isUnit(word.replace(/^[\d.,]+/, '')));
  const untilUnit = plain.slice(0, Math.max(0, unit + 1));
  if (untilUnit.some((word) => /\d/.test(word) || isNumberWord(word) || AMOUNTS.test(word)))
    return true;
  // The person who typed `for 30` meant a duration and forgot the unit.
  return plain.length === 1 && /^\d/.test(plain[0] ?? '');
}

function isUnit(word: string): boolean {
  if (OTHER_TONGUES.test(word)) return true;
  return word.length > 2 && nearestWord(word, [...UNIT_WORDS, ...MORE_UNITS]) !== undefined;
}

const DAYS =
  '(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?|today|tonight|tomorrow|tmrw?|noon|midnight|eod|eow|cob|end of|next|this (?:week|month|evening|afternoon|morning|weekend)|the (?:weekend|evening|morning|afternoon|end of)';
const MONTHS = '(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*';
const MOMENT = new RegExp(
  [
    `^(?:on )?(?:${DAYS})(?=$|[ ,.!)])`,
    '^(?:at )?\\d{1,2}[:.h]\\d{2}\\b',
    '^(?:at )?\\d{1,2} ?(?:am|pm|h|uhr|o.clock)\\b',
    '^\\d{4}-\\d{2}-\\d{2}',
    '^\\d{1,2}[./]\\d{1,2}(?:[./]\\d*)?(?=$| )',
    `^\\d{1,2}(?:st|nd|rd|th|\\.)? (?:of )?${MONTHS}\\b`,
    `^${MONTHS} \\d`,
    '^\\d{1,2}\\W*$',
    '^\\d+(?:[.,]\\d+)? ?(?:m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?)\\b',
  ].join('|'),
  'i',
);

const isMoment = (after: string): boolean => MOMENT.test(after);
