import { expect, test } from '@jest/globals';
import { commentsIn, tokensOf } from '../../../../src/source/python/ruff-tokens.ts';

const text = (source: string) => tokensOf(source).map(({ start, end }) => source.slice(start, end));

test('counts in UTF-16 units, and leaves comments out', () => {
  const source = 'größe = "🚀é" + π # 🚀\nb = 1\n';
  expect(text(source)).toEqual(['größe', '=', '"🚀é"', '+', 'π', '\n', 'b', '=', '1', '\n']);
  expect(commentsIn(source)).toMatchObject([{ start: 18, end: 22 }]);
});

test('names what is a name: also a soft keyword in another place', () => {
  const source = 'match = 1\nmatch match:\n  case type: pass\n';
  const names = tokensOf(source).filter(({ name }) => name !== undefined);
  expect(names.map(({ name, start }) => [name, start])).toEqual([
    ['match', 0],
    ['match', 16],
    ['type', 30],
  ]);
});

test('places an indentation at the code after it', () => {
  const indent = tokensOf('if a:\n    b\n').find(({ kind }) => kind === 'Indent');
  expect(indent?.start).toBe(10);
});

test.each([`'open`, `f'{a`, `f'{a:`, `'''`, `f"\\N{x`, '(', 'if a:\n  b\n c', '\\'])(
  'reads %s, whatever it is',
  (broken) => {
    expect(() => tokensOf(broken)).not.toThrow();
  },
);
