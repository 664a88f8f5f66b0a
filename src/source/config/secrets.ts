import type { Leaf } from './values.ts';

/** What these hold is secret whatever it looks like. */
const SECRET =
  /(^|[_.-])(pass(word|wd|phrase)?|pwd|secrets?|credentials?|(api|access|private|secret|signing|encryption|auth)[_-]?keys?|tokens?|bearer)([_.-]|$)/;

/** What these hold is secret unless it is an ordinary word, a path or an address. */
const MAYBE = /(^|[_.-])(keys?|auth|salt|dsn|webhook|signature|cert|certificate|pin|hash)([_.-]|$)/;

/** Words that would blacken half of every log, and hide nothing. */
const PUBLIC =
  /^(?:password|username|localhost|changeme|disabled|enabled|required|optional|production|staging|development|sandbox|undefined|performance|[a-z]+_(?:key|token|secret))$/i;

const SHORTEST = 8;

/** Strings that must never be shown. A redactor replaces them everywhere, so ordinary words are not among them. */
export function secretsOf(leaves: readonly Leaf[]): string[] {
  const found = leaves.flatMap(({ key, value }) =>
    typeof value === 'string' ? secretsIn(key, value.trim()) : [],
  );
  return [...new Set(found)].filter((one) => one.length >= SHORTEST);
}

function secretsIn(key: string, value: string): string[] {
  if (value.length < SHORTEST || PUBLIC.test(value)) return [];
  // A redactor sees one line at a time: of a PEM block every line counts.
  if (value.includes('\n'))
    return [value, ...value.split('\n').flatMap((line) => linesOf(key, line))];
  const url = urlSecrets(value);
  if (url !== undefined) return url;
  const name = snake(key);
  if (SECRET.test(name)) return [value];
  if (MAYBE.test(name) && !isOrdinary(value)) return [value];
  return looksRandom(value) ? [value] : [];
}

function linesOf(key: string, line: string): string[] {
  const text = line.trim();
  return text.startsWith('-----') || text.length < 16 ? [] : secretsIn(key, text);
}

/** `apiKey` → `api_key`. */
function snake(key: string): string {
  return key.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
}

/** Of an address: its password, and what in its path or query is random (a webhook's, a signed link's). */
function urlSecrets(value: string): string[] | undefined {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(value) || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  const query = [...url.searchParams].flatMap(([key, text]) =>
    SECRET.test(snake(key)) || looksRandom(text) ? [text] : [],
  );
  const path = url.pathname.split('/').filter((part) => looksRandom(part));
  const parts = [url.password, decoded(url.password), ...query, ...path].filter(Boolean);
  return parts.length === 0 ? [] : [value, ...parts];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Words with spaces or dashes, paths, numbers, host names, e-mail addresses. */
function isOrdinary(value: string): boolean {
  return (
    /^[A-Za-z]+(?:[ _.:/-][A-Za-z]+)*$/.test(value) ||
    /^[~.]{0,2}\/[\w./-]*$/.test(value) ||
    /^[\d.:,+TZ -]+$/.test(value) ||
    /^[\w.+-]+@[\w.-]+$/.test(value) ||
    /\s/.test(value)
  );
}

/** Sixteen or more letters and digits that no one would think up: keys have about four bits a letter. */
export function looksRandom(value: string): boolean {
  if (!/^[\w+/=.~-]{16,}$/.test(value) || isOrdinary(value)) return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  // `gpt-4o-mini-2024-07-18`, `eu-central-1.example.com`: words and numbers, each short.
  const parts = value.split(/[-_./+]/);
  const wordy = parts.every((part) =>
    /^(?:[A-Za-z]{0,12}|\d{0,8}|[a-z]{1,4}\d{1,3}[a-z]?|\d{1,3}[a-z]{1,3})$/.test(part),
  );
  return !wordy && entropy(value) >= 3;
}

/** Bits a letter. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const letter of value) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / value.length;
    return sum - share * Math.log2(share);
  }, 0);
}
