import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { explanationUrl, failureCodes } from '../../../src/deploy/record/codes.ts';

test.each([
  ['https://git.example/argo/blob/main/docs', '.md'],
  ['https://git.example/argo/-/blob/v1/docs/', '.md'],
  ['https://git.example/argo/src/branch/main/docs', '.md'],
  ['https://docs.example', '.html'],
])('a code has an entry in the docs at %s', (docs, extension) => {
  expect(explanationUrl(docs, 'preflight')).toBe(
    `${docs.replace(/\/$/, '')}/reference/errors-release${extension}#preflight`,
  );
});

test('a code of another version has none', () => {
  expect(explanationUrl('https://docs.example', 'from-the-future')).toBeUndefined();
});

test.each(Object.entries(failureCodes))('docs/reference has %s with every code', (page, codes) => {
  const path = `docs/reference/${page}.md`;
  expect(existsSync(path)).toBe(true);
  const headings = readFileSync(path, 'utf8').match(/^## .*$/gm);
  expect(headings).toEqual(codes.map((code) => `## ${code}`));
});
