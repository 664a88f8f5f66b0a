import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { shellArgument, shellWord } from '../../../src/deploy/untrusted/shell-word.ts';

test.each([
  ['app/main.py', 'app/main.py'],
  ['-rf', './-rf'],
  ['a b.py', "'a b.py'"],
  ["it's.py", String.raw`'it'\''s.py'`],
  ['', "''"],
  ['new\nnotes.txt', String.raw`$'new\nnotes.txt'`],
])('%j is pasted as %s', (path, word) => {
  expect(shellWord(path)).toBe(word);
});

test('an option of a command stays an option', () => {
  expect(['grep', '-n', '^1[.]'].map((one) => shellArgument(one)).join(' ')).toBe(
    "grep -n '^1[.]'",
  );
});

test('a shell reads any name as one word and runs nothing in it', () => {
  const names = [
    '$(touch x)',
    '`id`',
    'a;b',
    'a\nb',
    "\x01f'\\\n",
    '"',
    "'",
    '\\',
    '*',
    '~root',
    '#',
    'é',
  ];
  const script = `printf '%s\\0' ${names.map((name) => shellWord(name)).join(' ')}`;
  const read = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
  expect(read.split('\0').slice(0, -1)).toEqual(names);
});
