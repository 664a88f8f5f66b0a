import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { parseToml } from '../../src/source/config/toml.ts';
import { createConfigSource } from '../../src/source/config-source.ts';
import { temporaryFolder, writeFiles } from './repository.ts';

const problems = (text: string): string[] => parseToml(text).problems;

test('a config in TOML is read, ruled and fingerprinted like any other', async () => {
  const folder = temporaryFolder();
  const text = `[massive]
api_key = "abc" # mine
since = 2025-01-01
limits = [1, 2.5]

[[hosts]]
name = 'a'
[[hosts]]
name = 'b'
`;
  writeFiles(folder, { 'config.toml': text });
  const source = createConfigSource({ fingerprintKey: 'a key for tests' });
  const rules = [
    { key: 'massive.api_key', length: 32 },
    { key: 'massive.since', type: 'string' as const, pattern: '^2025-01-01' },
    { key: 'hosts.1.name', one_of: ['b'] },
    { key: 'massive.limits.0', type: 'integer' as const },
  ];
  const report = await source.read('config.toml', folder, { rules, probes: [] });
  expect(report.problems).toEqual(['massive.api_key has 3 characters, expected 32']);
  expect(Object.keys(report.fingerprints)).toEqual([
    'massive.api_key',
    'massive.since',
    'massive.limits.0',
    'massive.limits.1',
    'hosts.0.name',
    'hosts.1.name',
  ]);
});

test.each<[string, string]>([
  ['a = 1\na = 2\n', 'line 2, column 1: a is there twice, first in line 1'],
  [
    '[a]\nb = """\nb = 1\n"""\n# b = 2\nc = [\n  "b = 3", # ]\n]\nb = 4\n',
    'line 9, column 1: a.b is there twice, first in line 2',
  ],
  ['[a]\nx = 1\n[b]\n[a]\n', 'line 4, column 2: a is there twice, first in line 1'],
  ['a.b = 1\n"a"."b" = 2\n', 'line 2, column 1: a.b is there twice, first in line 1'],
  ['a = 1\n[a.b]\nc = 1\n', 'line 2, column 2: a.b is there twice, first in line 1'],
  ['[[h]]\nn = 1\n[[h]]\nn = 2\nn = 3\n', 'line 5, column 1: h.n is there twice, first in line 4'],
  ['a = {b = 1, b = 2}\n', 'line 1, column 13: a key is there twice'],
  ['a = hunter2hunter2\n', 'line 1, column 5: a value is expected here (text needs quotes)'],
  [
    'a = "hunter2hunter2\n',
    'line 1, column 20: a quote is not closed on its line, or there is a control character',
  ],
  ['a = 012\n', 'line 1, column 5: a number has no leading 0'],
  ['a = 1 b = 2\n', 'line 1, column 7: there is text after the value (text needs quotes)'],
  ['hunter2hunter2\n', 'line 1, column 15: this is not a usable key'],
  ['a = [1, 2\n', 'line 2, column 1: a comma or a closing bracket is missing before this'],
  [
    'a = "C:\\x"\n',
    String.raw`line 1, column 10: a \ must be written \\ here, or the text put between single quotes`,
  ],
  ['a = 2025-13-45\n', 'line 1, column 5: this is not a date'],
  ['a = 99999999999999999999\n', 'line 1, column 5: this number is too big; write it as text'],
])('%#', (text, problem) => {
  expect(problems(text)).toEqual([problem]);
  expect(problem).not.toContain('hunter2');
});

test('it never fails in another way, and refuses what the parser refuses', () => {
  const piece = fc.constantFrom(
    '[',
    ']',
    '[[',
    '=',
    '"',
    "'",
    '"""',
    '\n',
    '.',
    'a',
    'b',
    '1',
    ' ',
    '#',
    ',',
    '{',
    '}',
    '\\',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      let refused = false;
      try {
        parse(text);
      } catch {
        refused = true;
      }
      expect(problems(text).length > 0).toBe(refused);
    }),
    { numRuns: 2_000 },
  );
});
