import { expect, test } from '@jest/globals';
import { keepNewest } from '../../src/source/keep-newest.ts';

test('a thousand answers are no more than a hundred, the newest and those that came again', () => {
  const map = new Map<string, number>();
  for (let n = 0; n < 1_000; n += 1) {
    keepNewest(map, `${n}`, n);
    keepNewest(map, 'again', n);
  }
  expect(map.size).toBe(100);
  expect(map.get('999')).toBe(999);
  expect(map.get('again')).toBe(999);
  expect(map.has('900')).toBe(false);
});
