// Compares the search for many patterns at once with a search for one after the other.
import { expect, test } from '@jest/globals';
import { createSearch } from '../../../src/deploy/secrets/search.ts';
import { randomOf, type Random } from '../../chaos/random.ts';

function word(random: Random, length: number): string {
  return Array.from({ length }, () => random.pick(['a', 'b'])).join('');
}

/** The longest pattern at each place, and the longest of the base64 patterns if that is another. */
function onePatternAfterTheOther(text: string, patterns: readonly [string, boolean][]) {
  return Array.from(text, (_, start) => {
    const here = patterns
      .filter(([pattern]) => text.startsWith(pattern, start))
      .toSorted(([a], [b]) => b.length - a.length);
    const longest = here[0]?.[0].length ?? 0;
    const base64 = here.find(([, one]) => one)?.[0].length;
    return { longest, base64 };
  });
}

test.each(Array.from({ length: 50 }, (_, seed) => seed))(
  'finds the longest of patterns that begin alike, in any order of adding (seed %s)',
  (seed) => {
    const random = randomOf(seed);
    const patterns = Array.from({ length: 60 }, (): [string, boolean] => [
      word(random, random.between(3, 14)),
      random.next() < 0.3,
    ]);
    const text = word(random, 400);
    const search = createSearch();
    for (const [pattern, base64] of patterns) search.add(pattern, 'any', base64);
    const longest = Array.from(text, () => 0);
    const base64 = Array.from(text, (): number | undefined => undefined);
    const found = (start: number, end: number, inBase64: boolean) => {
      longest[start] = Math.max(longest[start] ?? 0, end - start);
      if (inBase64) base64[start] = Math.max(base64[start] ?? 0, end - start);
    };
    const codes = Uint16Array.from(text, (letter) => letter.charCodeAt(0));
    expect([...search.scan(codes, found)].length).toBeGreaterThan(0);
    expect(longest.map((one, at) => ({ longest: one, base64: base64[at] }))).toEqual(
      onePatternAfterTheOther(text, patterns),
    );
  },
);
