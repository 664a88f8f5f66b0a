import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createFactStore } from '../../../src/source/fact-store.ts';
import { discover } from '../../../src/source/tree/discover.ts';
import type { FileFacts } from '../../../src/source/files/hash-files.ts';
import { folderTree } from '../../../src/source/tree/folder-tree.ts';
import { namesBelow } from '../../../src/source/tree/local-tree.ts';
import { Repository, temporaryFolder, treeOf, writeFiles } from '../repository.ts';

const SETTINGS = {
  required: [],
  encrypted: [],
  ignore_file: '.deployignore',
  max_file_bytes: 1_000_000,
  max_release_bytes: 3_000_000,
};

/** Of a folder, and of a commit of the same files: both must tell the same. */
async function discovered(files: Record<string, string | Buffer>, required: string[] = []) {
  const directory = temporaryFolder();
  writeFiles(directory, files);
  const found = await discover(folderTree(directory), { ...SETTINGS, required });
  const repository = new Repository();
  const { '.git/HEAD': _, ...committed } = files;
  const tree = await treeOf(repository, repository.commit('All', committed));
  const left = found.left.filter((one) => one.path !== '.git/');
  expect(await discover(tree, { ...SETTINGS, required })).toEqual({ ...found, left });
  return { ...found, paths: found.files.map((file) => file.path), directory };
}

describe('files', () => {
  test('with hash, size and mode, sorted by bytes', async () => {
    const { files } = await discovered({
      'b.py': 'x\n',
      'a/z.sh*': '',
      'a.py': '',
      'ä.py': '',
      B: '',
    });
    expect(files.map((file) => file.path)).toEqual(['B', 'a.py', 'a/z.sh', 'b.py', 'ä.py']);
    expect(files[2]).toMatchObject({ bytes: 0, mode: 0o755 });
    expect(files[3]).toEqual({
      path: 'b.py',
      sha256: '73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac',
      bytes: 2,
      mode: 0o644,
    });
  });

  test('tests, caches and the like are left out, each with why', async () => {
    const { paths, left } = await discovered({
      'main.py': '',
      'tests/conftest.py': '',
      'core/test_cache.py': '',
      'core/cache_test.py': '',
      'core/contest_rules.py': '',
      'core/__pycache__/x.pyc': '',
      'old.pyc': '',
      '.git/HEAD': '',
      '.venv/bin/python': '',
      'venv/x': '',
      'node_modules/x/y.js': '',
      '.DS_Store': '',
      'debug.log': '',
    });
    expect(paths).toEqual(['core/contest_rules.py', 'main.py']);
    expect(left.map((one) => one.path)).toEqual([
      '.DS_Store',
      '.git/',
      '.venv/',
      'core/__pycache__/',
      'core/cache_test.py',
      'core/test_cache.py',
      'debug.log',
      'node_modules/',
      'old.pyc',
      'tests/',
      'venv/',
    ]);
    expect(left.at(-2)?.by).toBe('tests are left out by default');
  });

  test('the ignore file can bring back what is left out by default', async () => {
    const { paths } = await discovered({
      '.deployignore': '!tests/\n!core/test_mode.py\n',
      'tests/a.py': '',
      'core/test_mode.py': '',
    });
    expect(paths).toEqual(['.deployignore', 'core/test_mode.py', 'tests/a.py']);
  });

  test('left out by a rule names file and line', async () => {
    const { left } = await discovered({
      '.deployignore': '# data\n\ndata/\n',
      'data/a.csv': '',
      'core/.deployignore': '/*_cache.py\n',
      'core/adaptive_cache.py': '',
    });
    expect(left).toEqual([
      { path: 'core/adaptive_cache.py', by: 'core/.deployignore:1 /*_cache.py' },
      { path: 'data/', by: '.deployignore:3 data/' },
    ]);
  });
});

describe('the rules are those of git', () => {
  const tree = [
    'a.py',
    'a.txt',
    'b/a.py',
    'b/c/a.py',
    'b/c/d.txt',
    'b/keep/a.py',
    'c d/e.py',
    'x[1]/a.py',
    'x[1]/b/a.py',
    '!odd.py',
    '#odd.py',
    'b/A.PY',
    'B/a.py',
    'deep/b/c/a.py',
  ];
  test.each<[string, Record<string, string>]>([
    ['a name at any depth', { '': 'a.py' }],
    ['a tied name', { '': '/a.py\nb/c/*' }],
    ['a folder only', { '': 'c/\na.py/' }],
    ['stars', { '': '**/c/**\n*.txt\nb/**/a.py' }],
    ['a negation', { '': '*.py\n!b/c/a.py\n!/a.py' }],
    ['no way back below a folder that is out', { '': 'b/\n!b/keep/a.py' }],
    ['a way back below its contents', { '': 'b/*\n!b/keep/' }],
    ['escapes', { '': String.raw`\!odd.py` + '\n' + String.raw`\#odd.py` + '\nc\\ d/' }],
    ['classes and question marks', { '': 'x\\[1\\]/*.py\n?.txt\n[!b].py' }],
    ['trailing spaces', { '': 'a.txt   \nb/c   ' }],
    ['a nested file', { b: 'a.py\n!/keep/a.py' }],
    ['a nested file that brings back', { '': 'b/c/\n*.py', b: '!c/\n!c/a.py' }],
    ['a nested file below odd names', { 'x[1]': '/a.py', 'c d': '*.py' }],
    ['a nested file that ties deeper', { b: 'c/*.txt\n**/keep\nd.txt/' }],
    ['letter case', { '': 'A.py\nB/' }],
  ])('%s', async (_, rules) => {
    const files = Object.fromEntries(tree.map((name) => [name, '']));
    for (const [folder, text] of Object.entries(rules)) {
      files[path.posix.join(folder, '.deployignore')] = `${text}\n`;
    }
    const { paths, directory } = await discovered(files);
    execFileSync('git', ['init', '--quiet'], { cwd: directory });
    const args = ['ls-files', '-z', '--others', '--exclude-per-directory=.deployignore'];
    const byGit = execFileSync('git', args, { cwd: directory, encoding: 'utf8' });
    expect(paths.toSorted()).toEqual(byGit.split('\0').filter(Boolean).toSorted());
  });
});

describe('required files', () => {
  const files = {
    '.deployignore': '*.md\n*_cache.py\ndata/\n',
    'main.py': 'x = 1\n',
    'core/__init__.py': '',
    'core/adaptive_cache.py': '',
    'core/rate_limiter.py': 'x = 1\n',
    'data/seed.json': '',
    'tests/fixture.py': '',
    'docs/a.md': '',
    'empty/module.py': '',
    'empty/spaces.py': ' \n\t\n',
    'empty/data.csv': '',
    'empty/__init__.py': '',
    'empty/py.typed': '',
  };
  const EMPTY = 'is required, but empty';
  const SPACES = 'is required, but has only white space';

  test.each<[string, { path: string; problem: string }[]]>([
    ['main.py', []],
    ['./core/', []],
    [
      'core/*.py',
      [
        {
          path: 'core/adaptive_cache.py',
          problem: 'is required, but left out by .deployignore:2 *_cache.py',
        },
      ],
    ],
    [
      'core/adaptive_cache.py',
      [
        {
          path: 'core/adaptive_cache.py',
          problem: 'is required, but left out by .deployignore:2 *_cache.py',
        },
      ],
    ],
    [
      'data/seed.json',
      [{ path: 'data/seed.json', problem: 'is required, but left out by .deployignore:3 data/' }],
    ],
    [
      '**/*.py',
      [
        {
          path: 'core/adaptive_cache.py',
          problem: 'is required, but left out by .deployignore:2 *_cache.py',
        },
        { path: 'empty/module.py', problem: EMPTY },
        { path: 'empty/spaces.py', problem: SPACES },
      ],
    ],
    [
      'tests/fixture.py',
      [
        {
          path: 'tests/fixture.py',
          problem: 'is required, but tests are left out by default',
        },
      ],
    ],
    [
      'core/rate_limitter.py',
      [
        {
          path: 'core/rate_limitter.py',
          problem: 'is required, but not in the commit. Did you mean core/rate_limiter.py?',
        },
      ],
    ],
    [
      'rate_limiter.py',
      [
        {
          path: 'rate_limiter.py',
          problem: 'is required, but not in the commit. Did you mean core/rate_limiter.py?',
        },
      ],
    ],
    ['empty/module.py', [{ path: 'empty/module.py', problem: EMPTY }]],
    ['empty/spaces.py', [{ path: 'empty/spaces.py', problem: SPACES }]],
    ['empty/data.csv', [{ path: 'empty/data.csv', problem: EMPTY }]],
    ['empty/__init__.py', []],
    ['empty/py.typed', []],
    [
      'empty/*',
      [
        { path: 'empty/module.py', problem: EMPTY },
        { path: 'empty/spaces.py', problem: SPACES },
      ],
    ],
    [
      'empty',
      [
        { path: 'empty/module.py', problem: EMPTY },
        { path: 'empty/spaces.py', problem: SPACES },
      ],
    ],
    ['core/*.toml', [{ path: 'core/*.toml', problem: 'is required, but not in the commit' }]],
  ])('%s', async (required, expected) => {
    const { problems } = await discovered(files, [required]);
    expect(problems.map(({ path: name, problem }) => ({ path: name, problem }))).toEqual(expected);
    for (const { next } of problems) expect(next).toMatch(/\.$/);
  });
});

describe('problems', () => {
  test('links, odd names, large files and pointers are named', async () => {
    const { problems, paths } = await discovered({
      'good.py': 'x',
      'in → good.py': '',
      'folder/a.py': '',
      'also → folder': '',
      'folder/up → ..': '',
      'out → /etc/hostname': '',
      'dangling → nowhere': '',
      'two\nlines.py': '',
      '.argo/state': '',
      'back\\slash.py': '',
      'big.bin': Buffer.alloc(1_000_001),
      'model.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n',
    });
    expect(paths).toEqual(['also/a.py', 'folder/a.py', 'good.py', 'in', 'model.bin']);
    expect(problems.map(({ path: name, problem }) => `${name} ${problem}`)).toEqual([
      '.argo is the name that argo-bot keeps its own files under',
      'also/up is a symbolic link that leads in a circle',
      'back\\slash.py has a backslash in its name',
      'big.bin has 1.0 MB (limit 1.0 MB for a file)',
      'dangling is a broken symbolic link to nowhere',
      'folder/up is a symbolic link that leads in a circle',
      'model.bin is a Git LFS pointer, not the file itself',
      'out is a symbolic link to /etc/hostname, outside the repository',
      'two\\nlines.py has a line break or control character in its name',
    ]);
    expect(Object.fromEntries(problems.map((one) => [one.path, one.next]))).toMatchObject({
      '.argo':
        '`git mv .argo argo-files`, or add the line `/.argo` to .deployignore; commit and push.',
      'model.bin':
        "Run `git lfs pull -I model.bin && echo '/model.bin !filter !diff !merge' >> .gitattributes && git add .gitattributes && git add --renormalize model.bin`, commit and push. Or add the line `/model.bin` to .deployignore.",
      out: 'Remove the link (`git rm out`), or add the line `/out` to .deployignore; commit and push. If the service needs the file, commit the file itself.',
      'two\\nlines.py':
        "`git mv $'two\\nlines.py' two_lines.py`, or add the line `/two?lines.py` to .deployignore; commit and push.",
    });
  });

  test('the line that the next step gives excludes a path with a line break', async () => {
    const odd = { 'two\nlines.py': '', 'back\\slash.py': '', 'x.py': '' };
    const rules = '/two?lines.py\n/back?slash.py\n';
    const { problems, paths } = await discovered({ ...odd, '.deployignore': rules });
    expect([problems, paths]).toEqual([[], ['.deployignore', 'x.py']]);
  });

  test('a release over its limit, with the folders that weigh most', async () => {
    const { problems } = await discovered({
      'data/a.bin': Buffer.alloc(900_000),
      'data/b.bin': Buffer.alloc(900_000),
      'models/c.bin': Buffer.alloc(900_000),
      'd.bin': Buffer.alloc(400_000),
    });
    expect(problems).toEqual([
      {
        path: '.',
        problem:
          'the release has 3.1 MB (limit 3.0 MB). Most of it is in data/ (1.8 MB), models/ (0.9 MB), d.bin (0.4 MB)',
        next: 'Add what the service does not need to .deployignore, commit and push, or raise max_release_bytes in argo.yml and restart argo-bot.',
      },
    ]);
  });

  test('an ignore file that is a link: its rules would not count', async () => {
    const { problems } = await discovered({
      rules: '*.key\n',
      '.deployignore → rules': '',
      'a.key': '',
    });
    expect(problems.map(({ path: name, problem }) => `${name} ${problem}`)).toEqual([
      '.deployignore is a symbolic link, so its rules would not count',
    ]);
  });

  test('a pipe is no file, unless it is left out', async () => {
    const directory = temporaryFolder();
    writeFiles(directory, { '.deployignore': 'left\n' });
    execFileSync('mkfifo', [path.join(directory, 'pipe'), path.join(directory, 'left')]);
    const { problems } = await discover(folderTree(directory), SETTINGS);
    expect(problems.map((one) => one.path)).toEqual(['pipe']);
  });
});

test('files of a folder that git does not track are left out', async () => {
  const directory = temporaryFolder();
  writeFiles(directory, {
    'main.py': '',
    'core/a.py': '',
    '.coverage': '',
    'core/made.py': '',
    '.pytest_cache/x': '',
  });
  const tracked = namesBelow(['app/main.py', 'app/core/a.py', 'other/b.py'], 'app/');
  const { files, left } = await discover(folderTree(directory, tracked), SETTINGS);
  expect(files.map((file) => file.path)).toEqual(['core/a.py', 'main.py']);
  expect(left.map((one) => one.path)).toEqual(['.coverage', '.pytest_cache/', 'core/made.py']);
});

describe('of a commit', () => {
  test('links are followed inside the folder of the service only', async () => {
    const repository = new Repository();
    const sha = repository.commit('All', {
      'shared/secret': 'x',
      'app/sub/a.py': 'a',
      'app/top → sub/../sub/./a.py': '',
      'app/folder → ../app/sub': '',
      'app/chain → folder/a.py': '',
      'app/out → ../shared/secret': '',
      'app/far → ../../../shared/secret': '',
      'app/loop → loop': '',
      'app/below → sub/a.py/b': '',
    });
    const tree = await treeOf(repository, sha, 'app');
    const { files, problems } = await discover(tree, SETTINGS);
    expect(files.map((file) => file.path)).toEqual(['chain', 'folder/a.py', 'sub/a.py', 'top']);
    expect(problems.map((one) => `${one.path} ${one.problem}`)).toEqual([
      'below is a broken symbolic link to sub/a.py/b',
      "far is a symbolic link to ../../../shared/secret, outside the service's folder app/",
      'loop is a broken symbolic link to loop',
      "out is a symbolic link to ../shared/secret, outside the service's folder app/",
    ]);
    expect(await tree.read('chain', 1)).toMatchObject({ content: Buffer.from('a') });
    expect(await tree.read('chain', 0)).toMatchObject({ kind: 'too-large' });
    expect(await tree.read('out', 9)).toMatchObject({ kind: 'outside' });
    expect(await tree.read('../shared/secret', 9)).toMatchObject({ kind: 'outside' });
    expect(await tree.read('../shared/secret', 9, '../')).toMatchObject({ kind: 'file' });
    expect(await tree.read('../../shared/secret', 9, '../../')).toMatchObject({ kind: 'outside' });
    expect(await tree.read('sub', 9)).toMatchObject({ kind: 'not-regular' });
  });

  test('only files that the store does not have are read', async () => {
    const repository = new Repository();
    const first = repository.commit('One', {
      'a.py': '1',
      'b.py': '2',
      'c.enc': 'Salted__12345678',
    });
    const second = repository.commit('Two', { 'b.py': '3' });
    const folder = temporaryFolder();
    const before = await discover(
      await treeOf(repository, first),
      SETTINGS,
      createFactStore<FileFacts>(folder),
    );
    await setImmediate();
    const read: string[] = [];
    const watched = async (sha: string) => {
      const tree = await treeOf(repository, sha);
      return {
        ...tree,
        read: (name: string, most: number) => (read.push(name), tree.read(name, most)),
      };
    };
    const store = createFactStore<FileFacts>(folder);
    const after = await discover(await watched(second), SETTINGS, store);
    expect(read).toEqual(['b.py']);
    expect(await discover(await watched(first), SETTINGS, store)).toEqual(before);
    expect(read).toEqual(['b.py']);
    expect(after).toEqual(await discover(await treeOf(repository, second), SETTINGS));
    const file = path.join(folder, 'facts');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/"sha256":"./g, '"sha256":"0'));
    const damaged = createFactStore<FileFacts>(folder);
    expect(await discover(await watched(first), SETTINGS, damaged)).toEqual(before);
  });
});
