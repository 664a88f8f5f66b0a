import { expect, test } from '@jest/globals';
import { asText } from '../../support/as-text.ts';
import { fileBlocks } from '../../../../src/slack/views/approval/file-changes.ts';

const texts = (facts: Parameters<typeof fileBlocks>[0]) =>
  fileBlocks(facts).map((block) => asText(block));

test('names some of each kind, counts all of them, and tells hosts apart', () => {
  const added = Array.from({ length: 200 }, (_, index) => `a${index}.py`);
  const shown = texts({
    fileCount: 3_000,
    diff: { added, changed: ['main.py'], deleted: ['old.py'] },
    fileChanges: [
      { hosts: ['web-1', 'web-2'], from: 'r2', added: 2_950, changed: 1, deleted: 1 },
      { hosts: ['web-3'], from: 'r1', added: 2_990, changed: 4, deleted: 0 },
      { hosts: ['web-4'], added: 3_000, changed: 0, deleted: 0 },
    ],
    leftOut: [
      { by: '.deployignore:1 *.log', count: 9, paths: ['a.log', 'b.log', 'c.log', 'd.log'] },
    ],
  });
  expect(shown).toEqual([
    [
      '*2,950 added, 1 changed, 1 deleted of 3,000 files* since `r2` on `web-1`, `web-2`',
      ...added.slice(0, 5).map((name) => `+ \`${name}\``),
      '+ … 2,945 more',
      '~ `main.py`',
      '− `old.py`',
      '• on `web-3`, which has `r1`: 2,990 added, 4 changed',
      '• on `web-4`, which has no release: 3,000 added',
    ].join('\n'),
    '*Left out*\n• .deployignore:1 *.log (9): a.log, b.log, c.log, d.log, … 5 more',
  ]);
});

test('a journal from before this was counted is shown by its names', () => {
  expect(texts({ diff: { added: ['a'], changed: [], deleted: [] } })).toEqual(['*1 added*\n+ `a`']);
});
