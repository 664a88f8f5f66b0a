import { describe, expect, test } from '@jest/globals';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createPythonCheck } from '../../src/source/python/python-check.ts';
import { folderTree } from '../../src/source/tree/folder-tree.ts';
import { temporaryFolder } from '../source/repository.ts';

const python = createPythonCheck();

async function found(files: Record<string, string>, only?: string[]): Promise<string[]> {
  const directory = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return foundIn(directory, only ?? Object.keys(files).filter((path) => path.endsWith('.py')));
}

async function foundIn(directory: string, names: string[], others: string[] = []) {
  const listed = (paths: string[]) =>
    paths.map((path) => ({ path, sha256: `of ${directory}/${path}` }));
  const question = { tree: folderTree(directory), files: listed(names), others: listed(others) };
  const { findings } = await python.check(question, new AbortController().signal);
  return findings.map(({ path, line, code }) => `${path}:${line} ${code}`);
}

const ruff = (text: string): Record<string, string> => ({ 'pyproject.toml': text });

const use = 'def show():\n    return T("hello")\n';

describe('a name that another module adds to the builtins is known everywhere', () => {
  test.each([
    ['by its dictionary', 'import builtins\nbuiltins.__dict__["T"] = str\n'],
    ['as an attribute', 'import builtins\nbuiltins.T = str\n'],
    ['with a type', 'import builtins\nbuiltins.T: object = str\n'],
    ['by setattr', "import builtins\nsetattr(builtins, 'T', str)\n"],
    ['under another name', 'import builtins as b\nb.T = str\n'],
    ['by the old way', '__builtins__["T"] = str\n'],
    ['by the old attribute', '__builtins__.T = str\n'],
    ['by vars', 'import builtins\nvars(builtins)["T"] = str\n'],
    ['by update', 'import builtins\nbuiltins.__dict__.update({"N": int, "T": str})\n'],
    ['by keywords', 'import builtins\nbuiltins.__dict__.update(N=int, T=str)\n'],
    ['by setdefault', 'import builtins\nbuiltins.__dict__.setdefault("T", str)\n'],
    ['by sys.modules', 'import sys\nsys.modules["builtins"].T = str\n'],
    ['in a loop', 'import builtins\nfor n in ("N", "T"):\n    setattr(builtins, n, str)\n'],
    ['inside a function', 'import builtins\ndef setup():\n    builtins.T = str\n'],
  ])('%s', async (_, text) => {
    expect(await found({ 'app/setup.py': text, 'app/page.py': use })).toEqual([]);
    const misspelt = use.replace('T(', 'TT2(');
    expect(await found({ 'app/setup.py': text, 'app/page.py': misspelt })).toEqual([
      'app/page.py:2 F821',
    ]);
  });

  test('gettext.install adds _ and the names it is told', async () => {
    const setup = 'import gettext\ngettext.install("app", names=["ngettext"])\n';
    const page = 'print(_("hello"), ngettext("a", "b", 2))\nprint(pgettext("a"))\n';
    expect(await found({ 'setup.py': setup, 'page.py': page })).toEqual(['page.py:2 F821']);
  });

  test('also where only the using file is asked about', async () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, 'setup.py'), 'import builtins\nbuiltins.T = str\n');
    writeFileSync(join(directory, 'page.py'), `${use}print(TT2)\n`);
    expect(await foundIn(directory, ['page.py'], ['setup.py'])).toEqual(['page.py:3 F821']);
    expect(await foundIn(directory, ['page.py'])).toEqual(['page.py:2 F821', 'page.py:3 F821']);
  });

  test('reading, comparing and deleting add nothing', async () => {
    const text = 'import builtins\nif builtins.T == 1:\n    print(builtins.__dict__["T"])\n';
    expect(await found({ 'a.py': text, 'page.py': use })).toEqual(['page.py:2 F821']);
  });
});

describe('the ruff settings of the project are heeded', () => {
  test.each([
    ['builtins', ruff('[tool.ruff]\nbuiltins = ["T"]\n')],
    ['builtins in ruff.toml', { 'ruff.toml': 'builtins = ["T"]\n' }],
    ['builtins in .ruff.toml', { '.ruff.toml': 'builtins = ["T"]\n' }],
    [
      'builtins in what it extends',
      { 'ruff.toml': 'extend = "base.toml"\n', 'base.toml': 'builtins = ["T"]\n' },
    ],
    ['ignore', ruff('[tool.ruff.lint]\nignore = ["F821"]\n')],
    ['a prefix', ruff('[tool.ruff.lint]\nextend-ignore = ["F8"]\n')],
    ['the old place of ignore', ruff('[tool.ruff]\nignore = ["F"]\n')],
    ['ignores of a file', ruff('[tool.ruff.lint.per-file-ignores]\n"app/**/page.py" = ["F821"]\n')],
    ['ignores of a name', ruff('[tool.ruff.lint.per-file-ignores]\n"page.py" = ["ALL"]\n')],
    ['a star over folders', ruff('[tool.ruff.lint.per-file-ignores]\n"app/*" = ["F821"]\n')],
    ['alternatives', ruff('[tool.ruff.lint.per-file-ignores]\n"{web,app}/*" = ["F821"]\n')],
    ['all but others', ruff('[tool.ruff.lint.extend-per-file-ignores]\n"!web/**" = ["F821"]\n')],
    ['an excluded folder', ruff('[tool.ruff]\nextend-exclude = ["views"]\n')],
    ['an excluded path', ruff('[tool.ruff]\nexclude = ["app/views/page.py"]\n')],
    [
      'settings nearer by',
      { 'app/ruff.toml': 'builtins = ["T"]\n', 'ruff.toml': 'builtins = []\n' },
    ],
  ])('%s', async (_, settings) => {
    const files = { 'app/views/page.py': use };
    expect(await found({ ...files, ...settings })).toEqual([]);
    expect(await found(files)).toEqual(['app/views/page.py:2 F821']);
  });

  test.each([
    ['of another file', '[tool.ruff.lint.per-file-ignores]\n"web/*" = ["F821"]\n'],
    ['of another rule', '[tool.ruff.lint]\nignore = ["F401", "E501"]\n'],
    ['that cannot be read', '[tool.ruff\n'],
    ['of another type', '[tool.ruff]\nbuiltins = "T"\nexclude = [1]\n'],
  ])('settings %s change nothing', async (_, text) => {
    expect(await found({ 'app/page.py': use, 'pyproject.toml': text })).toEqual([
      'app/page.py:2 F821',
    ]);
  });

  test('nothing is ignored that Python refuses to compile', async () => {
    const settings = ruff('[tool.ruff.lint]\nignore = ["ALL", "F706"]\n');
    expect(await found({ 'a.py': 'return 1\n', ...settings })).toEqual(['a.py:1 F706']);
  });

  test('a link is not followed', async () => {
    const directory = temporaryFolder();
    const outside = join(temporaryFolder(), 'ruff.toml');
    writeFileSync(outside, 'builtins = ["T"]\n');
    symlinkSync(outside, join(directory, 'ruff.toml'));
    writeFileSync(join(directory, 'page.py'), use);
    expect(await foundIn(directory, ['page.py'])).toEqual(['page.py:2 F821']);
  });
});
