import { describe, expect, test } from '@jest/globals';
import {
  avoidedWords,
  brokenLinks,
  longPages,
  unlinkedPages,
  wideTables,
} from '../../../packaging/docs/markdown.ts';

const pages = (given: Record<string, string>) => new Map(Object.entries(given));
const nothing = () => false;

describe('links', () => {
  const target = { 'docs/a.md': '# A page\n\n## `/argo deploy` now\n\n## Twice\n\n## Twice\n' };

  test.each([
    '[x](docs/a.md)',
    '[x](docs/a.md#a-page)',
    '[x](docs/a.md#argo-deploy-now)',
    '[x](docs/a.md#twice-1)',
    '[x](#here)\n\n# Here',
    '[x](https://example.com/nowhere)',
    '`[x](nowhere.md)`',
    '```\n[x](nowhere.md)\n```',
    '[x](picture.png)',
  ])('%j is fine', (text) => {
    const given = pages({ 'README.md': text, ...target });
    expect(brokenLinks(given, (path) => path === 'picture.png')).toEqual([]);
  });

  test.each([
    ['[x](nowhere.md)', 'nowhere.md, which does not exist'],
    ['[x](a.md)', 'a.md, which does not exist'],
    ['<img src="nowhere.png">', 'nowhere.png, which does not exist'],
    ['[x](docs/a.md#nowhere)', 'docs/a.md#nowhere, which has no such heading'],
    ['[x](docs/a.md#twice-2)', 'docs/a.md#twice-2, which has no such heading'],
    ['[x](#nowhere)', '#nowhere, which has no such heading'],
    ['```\n# In a fence\n```\n\n[x](#in-a-fence)', '#in-a-fence, which has no such heading'],
  ])('%j is found', (text, problem) => {
    expect(brokenLinks(pages({ 'README.md': text, ...target }), nothing)).toEqual([
      `README.md links to ${problem}`,
    ]);
  });

  test('count from the folder of their page', () => {
    const given = pages({ 'docs/how-to/b.md': '[x](../a.md#a-page)', ...target });
    expect(brokenLinks(given, nothing)).toEqual([]);
  });
});

test('a page over its limit is found', () => {
  const given = pages({ 'a.md': 'x\n'.repeat(201), 'b.md': 'x\n'.repeat(200) });
  expect(longPages(given, () => 200)).toEqual(['a.md has 201 lines (limit 200)']);
  expect(longPages(given, () => undefined)).toEqual([]);
});

test('a table that is too wide is found', () => {
  const row = `| ${'x'.repeat(100)} |`;
  expect(wideTables(pages({ 'a.md': row, 'b.md': `\`\`\`\n${row}\n\`\`\`` }))).toEqual([
    'a.md has a table of 104 characters (limit 100)',
  ]);
});

test('a page that the index does not link to is found', () => {
  const given = pages({
    'docs/README.md': '[a](how-to/a.md#x)',
    'docs/how-to/a.md': '',
    'docs/how-to/b.md': '',
    'CHANGELOG.md': '',
  });
  expect(unlinkedPages(given, 'docs/README.md')).toEqual([
    'docs/README.md does not link to docs/how-to/b.md',
  ]);
});

test('a word to avoid is found, but not in code', () => {
  const given = pages({ 'a.md': 'Mend it.', 'b.md': 'Type `mend`.\n\nAmend and mention.' });
  expect(avoidedWords(given)).toEqual(['a.md says "Mend": Mend it.']);
});
