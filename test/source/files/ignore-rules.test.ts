import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { array, assert, constantFrom, dictionary, oneof, property, tuple } from 'fast-check';
import { IgnoreRules } from '../../../src/source/files/ignore-rules.ts';
import { temporaryFolder, writeFiles } from '../repository.ts';

/** check-ignore exits 1 when nothing is ignored, which is an answer. */
function git(cwd: string, args: string[], input = ''): string {
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const { status, stdout, stderr } = spawnSync('git', args, { cwd, input, encoding: 'utf8', env });
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return stdout;
}

/** Every path below, folders with `/` at the end, each after the folders above it. */
function pathsUnder(root: string, folder = ''): string[] {
  return readdirSync(path.join(root, folder)).flatMap((name) => {
    const here = folder === '' ? name : `${folder}/${name}`;
    if (here === '.git') return [];
    return statSync(path.join(root, here)).isDirectory()
      ? [`${here}/`, ...pathsUnder(root, here)]
      : [here];
  });
}

/** `file:line` of the rule that leaves each path out; what lies below a folder that is out has that one's. */
function ours(paths: readonly string[], ignoreFiles: Map<string, string>) {
  const rules = new IgnoreRules();
  const out = new Map<string, string>();
  const addFor = (folder: string) => {
    const text = ignoreFiles.get(folder);
    if (text !== undefined) rules.addFile(folder, '.gitignore', text);
  };
  addFor('');
  for (const one of paths) {
    const above = [...out.keys()].find((folder) => folder.endsWith('/') && one.startsWith(folder));
    const verdict = above === undefined ? rules.excludedBy(one) : undefined;
    const by =
      above === undefined ? /^.*?\.gitignore:\d+/.exec(verdict?.by ?? '')?.[0] : out.get(above);
    if (by !== undefined) out.set(one, by);
    else if (one.endsWith('/')) addFor(one.slice(0, -1));
  }
  return out;
}

/** The same from git, which also says the file and line. */
function theirs(paths: readonly string[]) {
  const input = paths.map((one) => `${one.replace(/\/$/, '')}\0`).join('');
  const args = ['check-ignore', '--no-index', '--stdin', '-z', '-v', '-n'];
  const fields = git(root, args, input).split('\0');
  const out = new Map<string, string>();
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [file = '', line = '', pattern = '', one = ''] = fields.slice(at, at + 4);
    if (file !== '' && !pattern.startsWith('!')) out.set(paths[at / 4] ?? one, `${file}:${line}`);
  }
  return out;
}

const FOLDERS = ['a', 'b', 'a/b', 'a/c d', 'a/b/a', 'b/[x]', 'ä'];
const NAMES = [
  'a',
  'b',
  'ab',
  'abc',
  'a.b',
  'x1',
  '-',
  ']',
  '!a',
  '#a',
  'a b',
  'a ',
  'ä',
  'A',
  'a*z',
  'a\\b',
  '^',
  '[x]',
];
const FILES = [
  ...NAMES,
  ...FOLDERS.flatMap((folder) => NAMES.map((name) => `${folder}/${name}`)),
].filter((name) => !FOLDERS.includes(name));

const root = temporaryFolder();
git(root, ['init', '--quiet']);
writeFiles(root, Object.fromEntries(FILES.map((name) => [name, ''])));

function compare(ignoreFiles: Map<string, string>): void {
  for (const folder of ['', ...FOLDERS]) {
    const file = path.join(root, folder, '.gitignore');
    const text = ignoreFiles.get(folder);
    if (text === undefined) rmSync(file, { force: true });
    else writeFileSync(file, text);
  }
  const paths = pathsUnder(root);
  expect(ours(paths, ignoreFiles)).toEqual(theirs(paths));
}

const piece = oneof(
  { weight: 6, arbitrary: constantFrom('a', 'b', 'ab', 'c', 'x1', 'ä', '.', '-', ']', '^') },
  { weight: 5, arbitrary: constantFrom('*', '**', '/', '/**', '**/', '/**/', '?', '***') },
  {
    weight: 3,
    arbitrary: constantFrom(
      '[ab]',
      '[!a]',
      '[^a]',
      '[a-c]',
      '[]a]',
      '[!]a]',
      '[a-]',
      '[-a]',
      '[\\]a]',
      '[a',
      '[',
      '[[:alpha:]]',
      '[[:digit:]x]',
      '[[:nope:]]',
      '[[:alpha]',
      '[c-a]',
      '[a\\-c]',
      '[]-a]',
      '[[:',
      '[a-\\c]',
      '[/]',
      '[!/]',
      '[*]',
    ),
  },
  {
    weight: 2,
    arbitrary: constantFrom(
      '\\',
      '\\*',
      '\\[',
      '\\ ',
      '\\\\',
      '\\a',
      ' ',
      '  ',
      '\t',
      '\\!',
      '\\#',
      '\r',
      '\\/',
    ),
  },
);
const line = tuple(
  constantFrom('', '', '', '!', '/', '!/', '#', '\\!', '\\#'),
  array(piece, { maxLength: 5 }),
  constantFrom('', '', '/', ' ', '  ', '\r', '\\', '//'),
).map(([before, pieces, after]) => `${before}${pieces.join('')}${after}`);
const text = array(line, { maxLength: 5 }).map((lines) => lines.map((one) => `${one}\n`).join(''));

describe('the rules are those of git', () => {
  test('for any ignore files, down to the line that decides', () => {
    const files = dictionary(constantFrom('', ...FOLDERS), text, {
      maxKeys: 3,
      noNullPrototype: true,
    });
    assert(
      property(files, (given) => compare(new Map(Object.entries(given)))),
      { numRuns: 60 },
    );
  });
});

// A matcher that backtracks would never end here.
test('a pattern made to take long ends', () => {
  const rules = new IgnoreRules();
  rules.addFile('', '.deployignore', `${'*a'.repeat(40)}b\n${'**/a/'.repeat(30)}b\n`);
  expect(rules.excludedBy('a'.repeat(200))).toBeUndefined();
  expect(rules.excludedBy('a/'.repeat(100))).toBeUndefined();
});
