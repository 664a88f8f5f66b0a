import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parse, TomlDate } from 'smol-toml';
import { Numeric } from '../../src/source/formats/decimal.ts';
import { parseToml } from '../../src/source/formats/toml.ts';
import { createConfigSource } from '../../src/source/service-config/config-source.ts';
import { folderTree } from '../../src/source/tree/folder-tree.ts';
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
  const report = await source.read('config.toml', folderTree(folder), { rules, probes: [] });
  expect(report.problems).toEqual(['massive.api_key in config.toml has 3 characters, expected 32']);
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
  ['a = 1\na = 2\n', 'has a twice: lines 1 and 2'],
  [
    '[a]\nb = """\nb = 1\n"""\n# b = 2\nc = [\n  "b = 3", # ]\n]\nb = 4\n',
    'has a.b twice: lines 2 and 9',
  ],
  ['[a]\nx = 1\n[b]\n[a]\n', 'has a twice: lines 1 and 4'],
  ['a.b = 1\n"a"."b" = 2\n', 'has a.b twice: lines 1 and 2'],
  ['a = 1\n[a.b]\nc = 1\n', 'has a.b twice: lines 1 and 2'],
  ['[[h]]\nn = 1\n[[h]]\nn = 2\nn = 3\n', 'has h.n twice: lines 4 and 5'],
  ['a = {b = 1, b = 2}\n', 'line 1, column 13: this key appears twice'],
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

test('numbers and dates keep what they are written as', () => {
  const { value } = parseToml(`[1]
id = 9007199254740993 # 5
big = 99999999999999999999
ratio = 1.00
exact = 0.12345678901234567890
1.2 = [1_000, 0xff, -0.0, inf,
  [1, 2], {3 = 4, b = 5.50}]
at = 1979-05-27 07:32:00.999999Z
text = "1.00"
block = """
a = 1 \\""" b = 2"""
`);
  const at = (key: string): unknown =>
    key.split('.').reduce<unknown>((one, part) => Reflect.get(Object(one), part), value);
  expect(at('1.id')).toEqual(new Numeric('9007199254740993'));
  expect(at('1.big')).toEqual(new Numeric('99999999999999999999'));
  expect(at('1.ratio')).toEqual(new Numeric('1.00'));
  expect(at('1.exact')).toEqual(new Numeric('0.12345678901234567890'));
  expect(at('1.1.2.0')).toEqual(new Numeric('1_000', '1000'));
  expect(at('1.1.2.1')).toEqual(new Numeric('0xff', '255'));
  expect(at('1.1.2.2')).toEqual(new Numeric('-0.0'));
  expect(at('1.1.2.3')).toEqual(new Numeric('inf', 'Infinity'));
  expect(at('1.1.2.5.3')).toEqual(new Numeric('4'));
  expect(at('1.1.2.5.b')).toEqual(new Numeric('5.50'));
  expect(at('1.at')).toBe('1979-05-27 07:32:00.999999Z');
  expect(at('1.text')).toBe('1.00');
  expect(at('1.block')).toBe('a = 1 """ b = 2');
});

test('otherwise the values are those of the parser', () => {
  const key = fc.constantFrom('a', '1', '1.2', '"x y"', "'#'", '1979-05-27', 'inf');
  const scalar = fc.constantFrom(
    '1',
    '-2.5',
    '1e6',
    'true',
    '"t"',
    "'#['",
    '"\\"]"',
    '0o17',
    '1979-05-27',
    '07:32:00',
    '1979-05-27T07:32:00Z',
    '[1, [2], {1 = 2}]',
    '{ 1.2 = 3, "4" = 5 }',
    '[\n1, # 2\n3\n]',
    '""" 1 = 2\n[3] """',
  );
  const line = fc.oneof(
    fc.tuple(key, scalar).map(([name, value]) => `${name} = ${value} # 1 = 2`),
    key.map((name) => `[${name}]`),
    key.map((name) => `[[ ${name} ]]`),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const text = lines.join('\n');
      const { value, problems: found } = parseToml(text);
      if (found.length > 0) return;
      expect(JSON.stringify(value)).toBe(plainly(parse(text)));
    }),
    { numRuns: 3_000 },
  );
});

/** Dates are compared as they are written here, which is as the parser writes them but for the milliseconds. */
function plainly(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => {
    if (!(one instanceof TomlDate) && typeof one !== 'string') return one;
    return String(one)
      .replace('T07:32:00.000Z', 'T07:32:00Z')
      .replace(/^07:32:00\.000$/, '07:32:00');
  });
}
