import { expect, test } from '@jest/globals';
import { fileChanges, excludedByReason } from '../../../src/deploy/release/changes.ts';

const names = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}.py`);

test('hosts with other releases are told apart, the most first, and counts are whole', () => {
  const all = { added: names(3_000, 'a'), changed: [], deleted: [] };
  const few = { added: ['new.py'], changed: ['main.py'], deleted: ['old.py'] };
  const facts = fileChanges({
    'web-1': { from: undefined, diff: all },
    'web-2': { from: 'r1', diff: few },
    'web-3': { from: 'r1', diff: few },
  });
  expect(facts.diff).toEqual(few);
  expect(facts.fileChanges).toEqual([
    { hosts: ['web-2', 'web-3'], from: 'r1', added: 1, changed: 1, deleted: 1 },
    { hosts: ['web-1'], added: 3_000, changed: 0, deleted: 0 },
  ]);
  const first = fileChanges({ 'web-1': { from: undefined, diff: all } });
  expect(first.diff.added).toHaveLength(200);
  expect(first.fileChanges[0]?.added).toBe(3_000);
});

test('what is left out is told by reason', () => {
  const left = [
    { path: 'a.log', by: '.deployignore:2 *.log' },
    ...names(30, 'test_').map((path) => ({ path, by: 'tests are left out by default' })),
  ];
  expect(excludedByReason(left)).toEqual([
    { by: 'tests are left out by default', count: 30, paths: names(12, 'test_') },
    { by: '.deployignore:2 *.log', count: 1, paths: ['a.log'] },
  ]);
});
