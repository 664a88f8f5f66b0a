// Searches a text for many patterns at once, with a few comparisons at each position.

/** Which characters must not adjoin a match: with `digits`, 123 is not found in 91234, which is another number. */
export type Edge = 'any' | 'digits' | 'letters' | 'both';

/** Called for each match. `base64`: the caller must also mask the base64 text around the match. */
export type Found = (start: number, end: number, base64: boolean) => void;

interface Pattern {
  text: string;
  edge: Edge;
  base64: boolean;
  /** The longest other pattern that is a prefix of this pattern. */
  longestPrefix?: Pattern | undefined;
}

interface Table {
  add(pattern: Pattern): void;
  scan(codes: Uint16Array, found: Found): Generator<void, void>;
}

/** Length of the shortest pattern; shorter ones are ignored. */
const SHORTEST = 3;
/** How many characters of a longer pattern are hashed. With only 3, ordinary text would often match by chance. */
const LONGER = 6;
/** A constant is faster than the property lookup of `Math.imul`, which would run for every character. */
const { imul } = Math;
const BITS = 21;
const FACTOR = 0x01_00_01_93;
/** How many positions to search before the generator yields, so that other work can run. */
const BLOCK = 2_048;
/** A look into the patterns of one hash takes time, so it counts as this many positions of a BLOCK. */
const LOOKUP = 16;

export interface Search {
  add(text: string, edge: Edge, base64?: boolean): void;
  /** Calls `found` for each match. Matches may overlap; base64 matches come in order of start. */
  scan(codes: Uint16Array, found: Found): Generator<void, void>;
}

export function createSearch(): Search {
  const tables = new Map<number, Table>();
  return {
    add(text, edge, base64 = false) {
      if (text.length < SHORTEST) return;
      const prefix = text.length < LONGER ? SHORTEST : LONGER;
      const table = tables.get(prefix) ?? createTable(prefix);
      tables.set(prefix, table);
      table.add({ text, edge, base64 });
    },
    *scan(codes, found) {
      for (const table of tables.values()) yield* table.scan(codes, found);
    },
  };
}

/** Creates a hash table of patterns with at least `prefix` characters, by their first `prefix` characters. */
function createTable(prefix: number): Table {
  const buckets = new Map<number, Pattern[]>();
  const nonEmpty = new Uint8Array(1 << (BITS - 3));
  const power = Array.from({ length: prefix }).reduce<number>((all) => imul(all, FACTOR), 1);
  return {
    add(pattern) {
      let hash = 0;
      for (let at = 0; at < prefix; at += 1)
        hash = (imul(hash, FACTOR) + pattern.text.charCodeAt(at)) | 0;
      const place = bucketOf(hash);
      nonEmpty[place >>> 3] = (nonEmpty[place >>> 3] ?? 0) | (1 << (place & 7));
      const bucket = buckets.get(place);
      if (bucket) insertSorted(bucket, pattern);
      else buckets.set(place, [pattern]);
    },
    *scan(codes, found) {
      let [hash, left] = [0, 0];
      for (let end = 0; end < codes.length; end += 1) {
        const leaving = end < prefix ? 0 : imul(codes[end - prefix] ?? 0, power);
        hash = (imul(hash, FACTOR) + (codes[end] ?? 0) - leaving) | 0;
        if (left <= 0) {
          left = BLOCK;
          yield;
        }
        left -= 1;
        if (end + 1 < prefix) continue;
        const place = bucketOf(hash);
        if (((nonEmpty[place >>> 3] ?? 0) & (1 << (place & 7))) === 0) continue;
        const bucket = buckets.get(place);
        if (!bucket) continue;
        left -= LOOKUP;
        reportMatches(bucket, codes, end + 1 - prefix, found);
      }
    },
  };
}

function bucketOf(hash: number): number {
  return imul(hash ^ (hash >>> 15), 0x9e_37_79_b1) >>> (32 - BITS);
}

/** Inserts a pattern in the order of texts, and updates `longestPrefix` of the patterns that begin with it. */
function insertSorted(patterns: Pattern[], pattern: Pattern): void {
  const { text } = pattern;
  let [low, high] = [0, patterns.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((patterns[middle]?.text ?? '') <= text) low = middle + 1;
    else high = middle;
  }
  let before = patterns[low - 1];
  while (before && !text.startsWith(before.text)) before = before.longestPrefix;
  pattern.longestPrefix = before;
  // All patterns that begin with `text` follow directly in the sorted list.
  for (let at = low; at < patterns.length; at += 1) {
    const longer = patterns[at];
    if (!longer?.text.startsWith(text)) break;
    if (longer.longestPrefix === before) longer.longestPrefix = pattern;
  }
  patterns.splice(low, 0, pattern);
}

/** Reports the longest match that starts at a position, and the longest base64 match there. */
function reportMatches(
  patterns: readonly Pattern[],
  codes: Uint16Array,
  at: number,
  found: Found,
): void {
  let [low, high] = [0, patterns.length];
  // The patterns are sorted, so all between `low` and `high` share the prefix that both ends have in common.
  let [sameLow, sameHigh] = [0, 0];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const text = patterns[middle]?.text ?? '';
    const length = commonPrefix(text, codes, at, Math.min(sameLow, sameHigh));
    if (length < text.length && text.charCodeAt(length) > (codes[at + length] ?? -1))
      [high, sameHigh] = [middle, length];
    else [low, sameLow] = [middle + 1, length];
  }
  const nearest = patterns[low - 1];
  const length = sameLow;
  let reported = false;
  for (let one = nearest; one; one = one.longestPrefix) {
    if (one.text.length > length || (reported && !one.base64) || !hasFreeEdges(one, codes, at))
      continue;
    found(at, at + one.text.length, one.base64);
    reported = true;
    if (one.base64) return;
  }
}

/** Returns how many characters of `text` match `codes` at `at`. The first `known` characters are known to match. */
function commonPrefix(text: string, codes: Uint16Array, at: number, known: number): number {
  const most = Math.min(text.length, codes.length - at);
  let length = known;
  while (length < most && text.charCodeAt(length) === codes[at + length]) length += 1;
  return length;
}

function hasFreeEdges({ text, edge }: Pattern, codes: Uint16Array, at: number): boolean {
  if (edge === 'any') return true;
  const inside = edge === 'digits' ? /\d/ : edge === 'letters' ? /\p{L}/u : /[\p{L}\d]/u;
  const end = at + text.length;
  return (
    !(inside.test(text.charAt(0)) && inside.test(characterBefore(codes, at))) &&
    !(inside.test(text.at(-1) ?? '') && inside.test(character(codes, end)))
  );
}

/** Returns the character before a match; none if it is the `n` of `\n`, which is no part of a word. */
function characterBefore(codes: Uint16Array, at: number): string {
  return character(codes, at - 2) === '\\' ? '' : character(codes, at - 1);
}

function character(codes: Uint16Array, at: number): string {
  const code = codes[at];
  return code === undefined ? '' : String.fromCharCode(code);
}
