import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { golden, GOLDEN, readable } from './table/golden.ts';
import { exportedFunctions, isView, returnType } from './table/exports.ts';
import { table } from './table/table.ts';

const known = new Set<unknown>(table.map(({ made }) => made));

test('every view function stands in the table, with states and with what it is tried with', async () => {
  const missing = (await exportedFunctions())
    .filter((one) => isView(one) && !known.has(one.made))
    .map(
      ({ file, name }) =>
        `${file} exports ${name}: add \`view(${name})({ states, drawn })\` to a list in test/slack/views/table/, then npm run golden`,
    );
  expect(missing).toEqual([]);
});

const planted = (text: string): boolean =>
  isView({ file: 'planted.ts', returns: returnType(`${text} {\n}`, 'planted') });

test('what makes a payload is told from what makes words', () => {
  expect(planted('export function planted(d: Deployment): KnownBlock[]')).toBe(true);
  expect(planted('export function planted(a: (b: string) => Reply,\n  c = d()): Reply')).toBe(true);
  expect(planted('export function planted(d: Deployment)')).toBe(true);
  expect(planted('export const planted = (d: Deployment): ModalView =>')).toBe(true);
  expect(planted('export function planted(d: PaintedView): string[]')).toBe(false);
});

describe('golden files', () => {
  test.each(table.map((entry) => [entry.name, entry] as const))('%s', (name, entry) => {
    const now = readable(entry);
    expect(now).toContain('===');
    expect(now).toBe(golden(name, now));
  });
});

// After the golden files: where they are written anew, this looks at what was written.
test('the table names every view once, and no golden file is left of one that is gone', () => {
  const names = table.map(({ name }) => name).toSorted();
  expect(names).toEqual([...new Set(names)]);
  const files = readdirSync(GOLDEN).filter((file) => file.endsWith('.txt'));
  expect(files.toSorted()).toEqual(names.map((name) => `${name}.txt`));
});
