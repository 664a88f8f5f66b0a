import { shown } from './tokens.ts';

export interface LockWords {
  reason: string;
  /** How long, in milliseconds; absent: until somebody unlocks it. */
  ms?: number;
}

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_MS = 30 * 86_400_000;
const MAX_REASON = 300;

/** `Black Friday for 2h` → a reason and a time. A string is what is wrong. */
export function lockWords(name: string, words: readonly string[]): LockWords | string {
  // `waiting for Ben` is a reason.
  const timed = words.at(-2)?.toLowerCase() === 'for' && /^\d/.test(words.at(-1) ?? '');
  const reason = (timed ? words.slice(0, -2) : words).join(' ').trim();
  if (reason === '') {
    return `Say why: whoever is stopped by it reads the reason. \`/argo ${name} Black Friday for 2h\``;
  }
  if (reason.length > MAX_REASON) return `The reason is longer than ${MAX_REASON} characters.`;
  if (!timed) return { reason };
  const ms = timeOf(words.at(-1) ?? '');
  return typeof ms === 'string' ? ms : { reason, ms };
}

function timeOf(word: string): number | string {
  const [, count, unit = ''] = /^(\d{1,4})([mhd])$/i.exec(word) ?? [];
  const ms = Number(count) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  return `\`${shown(word)}\` is not a time from \`1m\` to \`30d\`, such as \`45m\`, \`2h\` or \`3d\`.`;
}
