import {
  existsSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createSource } from '../../../src/source/checkout/git-source.ts';
import { Repository, temporaryFolder, writeFiles } from '../repository.ts';

const { signal } = new AbortController();

function setUp() {
  const repository = new Repository();
  const first = repository.commit('Begin', { 'app/main.py': 'print(1)\n' });
  const dataDirectory = temporaryFolder();
  const source = createSource({ dataDirectory });
  const settings = { git: repository.folder, branch: 'main', directory: 'app' };
  return { repository, first, dataDirectory, source, settings };
}

describe('resolving', () => {
  const { repository, first, source, settings } = setUp();
  repository.git('tag', '-a', '-m', 'Version one', 'v1.0.0');
  const second = repository.commit('Second');
  repository.git('tag', 'light');
  repository.git('checkout', '--quiet', '-b', 'feature/fast-cache');
  const third = repository.commit('Third');
  repository.git('checkout', '--quiet', '-b', 'v1.0.0-branch', first);
  repository.git('branch', 'light', third);

  test.each([
    ['the branch of the settings', undefined, second],
    ['a branch', 'feature/fast-cache', third],
    ['an annotated tag', 'v1.0.0', first],
    ['a branch before a tag of the same name', 'light', third],
    ['a tag by its full name', 'refs/tags/light', second],
    ['a short sha', first.slice(0, 9), first],
    ['a full sha', third, third],
    ['an ancestor', 'main~1', first],
    ['HEAD, which is the deployed branch', 'HEAD~1', first],
  ])('%s', async (_, ref, sha) => {
    expect((await source.resolve(settings, ref, signal)).sha).toBe(sha);
  });

  test('an unknown ref names what is near', async () => {
    await expect(source.resolve(settings, 'feature/fastcache', signal)).rejects.toMatchObject({
      code: 'unknown-ref',
      message: expect.stringContaining('did you mean feature/fast-cache?'),
    });
  });

  test.each(['0'.repeat(40), 'deadbeef', 'main~40'])('%s is unknown', async (ref) => {
    await expect(source.resolve(settings, ref, signal)).rejects.toMatchObject({
      code: 'unknown-ref',
    });
  });

  test.each([
    '--upload-pack=touch /tmp/x',
    '-f',
    'a..b',
    'main@{1}',
    '^main',
    'main\n',
    'a b',
    '',
    'main:app/main.py',
    'refs/heads/main.lock',
    'x'.repeat(300),
  ])('%j never reaches git', async (ref) => {
    await expect(source.resolve(settings, ref, signal)).rejects.toMatchObject({
      code: 'unsafe-ref',
      next: expect.stringContaining('Name a branch, a tag or a commit'),
    });
  });
});

describe('the mirror', () => {
  test('follows pushes, moved tags and deleted branches', async () => {
    const { repository, source, settings, first } = setUp();
    repository.git('tag', 'stable');
    repository.git('branch', 'old');
    expect((await source.resolve(settings, 'stable', signal)).sha).toBe(first);
    const second = repository.commit('Second');
    repository.git('tag', '--force', 'stable');
    repository.git('branch', '--delete', '--force', 'old');
    expect((await source.resolve(settings, 'stable', signal)).sha).toBe(second);
    expect((await source.resolve(settings, undefined, signal)).sha).toBe(second);
    await expect(source.resolve(settings, 'old', signal)).rejects.toMatchObject({
      code: 'unknown-ref',
    });
  });

  test('needs no fetch for a full sha it has', async () => {
    const { repository, source, settings, first } = setUp();
    await source.resolve(settings, undefined, signal);
    rmSync(repository.folder, { recursive: true });
    expect((await source.resolve(settings, first, signal)).sha).toBe(first);
    await expect(source.resolve(settings, 'main', signal)).rejects.toMatchObject({
      code: 'source-unreachable',
    });
  });

  test('gets over the lock of a fetch that died', async () => {
    const { repository, source, settings, dataDirectory } = setUp();
    await source.resolve(settings, undefined, signal);
    const second = repository.commit('Second');
    const mirrors = path.join(dataDirectory, 'mirrors');
    const lock = path.join(mirrors, readdirSync(mirrors)[0] ?? '', 'refs/heads/main.lock');
    writeFiles('/', { [lock]: '' });
    utimesSync(lock, 0, 0);
    expect((await source.resolve(settings, undefined, signal)).sha).toBe(second);
  });

  test('is shared by workers that begin at once', async () => {
    const { dataDirectory, settings, first } = setUp();
    const workers = Array.from({ length: 4 }, () => createSource({ dataDirectory }));
    const commits = await Promise.all(
      workers.map((worker) => worker.resolve(settings, undefined, signal)),
    );
    expect(commits.map((commit) => commit.sha)).toEqual([first, first, first, first]);
  });

  test.each([
    ['ext::sh -c id', 'unsafe-source'],
    ['--upload-pack=id', 'unsafe-source'],
    ['ssh://-oProxyCommand=id/x', 'unsafe-source'],
    ['file:///nowhere/at/all.git', 'source-unreachable'],
  ])('refuses %s', async (git, code) => {
    const { source, settings } = setUp();
    await expect(source.resolve({ ...settings, git }, 'main', signal)).rejects.toMatchObject({
      code,
    });
  });

  test('keeps credentials out of failures', async () => {
    const { source, settings } = setUp();
    const git = 'http://bot:hunter2secret@127.0.0.1:1/x.git';
    const failure = await source.resolve({ ...settings, git }, 'main', signal).catch(String);
    expect(failure).toContain('127.0.0.1:1/x.git');
    expect(failure).not.toContain('hunter2secret');
  });

  test('stops when asked to', async () => {
    const { source, settings } = setUp();
    const stopped = AbortSignal.abort();
    await expect(source.resolve(settings, 'main', stopped)).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
});

describe('commits', () => {
  test('since the live release, newest first, at most the limit', async () => {
    const { repository, source, settings, first } = setUp();
    const second = repository.commit('Second');
    const third = repository.commit('Third');
    const subjects = async (from: string | undefined, limit: number) =>
      (await source.commits(settings, from, third, limit)).map((commit) => commit.subject);
    await source.resolve(settings, undefined, signal);
    expect(await subjects(first, 10)).toEqual(['Third', 'Second']);
    expect(await subjects(first, 1)).toEqual(['Third']);
    expect(await subjects(undefined, 10)).toEqual(['Third']);
    expect(await subjects('f'.repeat(40), 10)).toEqual(['Third']);
    expect(await source.commits(settings, third, second, 10)).toEqual([]);
  });

  test('changed files are those below the directory, and nobody guesses about an unknown commit', async () => {
    const origin = new Repository();
    const before = origin.commit('First', { 'app/a.py': '1', 'app/b.py': '1', 'other/c.py': '1' });
    const after = origin.commit('Second', {
      'app/a.py': '2',
      'app/new dir/ü.py': '1',
      'other/c.py': '2',
    });
    const source = createSource({ dataDirectory: temporaryFolder() });
    const settings = { git: origin.folder, branch: 'main', directory: 'app' };
    await source.resolve(settings, undefined, signal);
    expect(await source.changed(settings, before, after, signal)).toEqual(
      new Set(['a.py', 'new dir/ü.py']),
    );
    expect(await source.changed(settings, 'f'.repeat(40), after, signal)).toBeUndefined();
    expect(await source.changed(settings, 'main', after, signal)).toBeUndefined();
  });

  test('subjects are shown without control or direction characters, and cut', async () => {
    const { repository, source, settings } = setUp();
    repository.commit(`\u001b[31mred\u001b[0m \u202Eevil\u0007 ${'x'.repeat(300)}`);
    const { subject, author, at } = await source.resolve(settings, undefined, signal);
    expect(subject).toMatch(/^red evil x+…$/);
    expect(Array.from(subject)).toHaveLength(200);
    expect(author).toBe('Ada');
    expect(at).toBe(1_700_000_120_000);
  });
});

describe('checkout', () => {
  test('keeps modes, links and files that git archive would leave out', async () => {
    const { repository, source, settings } = setUp();
    const sha = repository.commit('More', {
      '.gitattributes': 'app/hidden.py export-ignore\n',
      'app/run.sh*': '#!/bin/sh\n',
      'app/hidden.py': 'x = 1\n',
      'app/link → main.py': '',
    });
    await source.resolve(settings, undefined, signal);
    const { directory } = await source.checkout(settings, sha, signal);
    expect(readdirSync(directory).toSorted()).toEqual(['hidden.py', 'link', 'main.py', 'run.sh']);
    expect(statSync(path.join(directory, 'run.sh')).mode & 0o100).toBe(0o100);
    expect(lstatSync(path.join(directory, 'link')).isSymbolicLink()).toBe(true);
    expect(directory).toContain(sha);
  });

  test('that is not there is neither fetched nor made when only a kept one is asked for', async () => {
    const { source, settings, first, dataDirectory } = setUp();
    expect(await source.kept(settings, first)).toBeUndefined();
    expect(readdirSync(dataDirectory)).toEqual([]);
  });

  test('is made once by workers that begin at once, and used again', async () => {
    const { source, settings, first, dataDirectory } = setUp();
    await source.resolve(settings, undefined, signal);
    const workers = [source, createSource({ dataDirectory }), createSource({ dataDirectory })];
    const made = await Promise.all(workers.map((one) => one.checkout(settings, first, signal)));
    const directory = made[0]?.directory ?? '';
    expect(new Set(made.map((one) => one.directory)).size).toBe(1);
    writeFiles(directory, { marker: '' });
    await source.checkout(settings, first, signal);
    expect(existsSync(path.join(directory, 'marker'))).toBe(true);
    expect(await source.kept(settings, first)).toEqual({ directory, sha: first });
    expect(readdirSync(path.resolve(directory, '../..')).toSorted()).toEqual([
      first,
      `${first}.files`,
    ]);
  });

  test('made a second time puts its list of files in place whole, under the eyes of who reads the first', async () => {
    const { source, settings, first, dataDirectory } = setUp();
    const { directory } = await source.checkout(settings, first, signal);
    const checkout = path.dirname(directory);
    const list = `${checkout}.files`;
    const reader = path.join(dataDirectory, 'reader');
    linkSync(list, reader);
    rmSync(checkout, { recursive: true });
    await source.checkout(settings, first, signal);
    expect(readFileSync(list, 'utf8')).toMatch(/^100644 blob [0-9a-f]{40} +9\tapp\/main\.py\0$/);
    // Written in place, it would be empty for an instant.
    expect(statSync(list).ino).not.toBe(statSync(reader).ino);
  });

  test('keeps the newest five', async () => {
    const { repository, source, settings } = setUp();
    const shas = Array.from({ length: 8 }, (_, index) => repository.commit(`Commit ${index}`));
    await source.resolve(settings, undefined, signal);
    let checkouts = '';
    for (const [index, sha] of shas.entries()) {
      const { directory } = await source.checkout(settings, sha, signal);
      checkouts = path.resolve(directory, '../..');
      if (index < 7) utimesSync(path.join(checkouts, sha), 1000 + index, 1000 + index);
    }
    const kept = shas.slice(3).flatMap((sha) => [sha, `${sha}.files`]);
    expect(readdirSync(checkouts).toSorted()).toEqual(kept.toSorted());
  });

  test('refuses a submodule in the service, but not beside it', async () => {
    const { repository, source, settings, first } = setUp();
    const sha = () => repository.git('rev-parse', 'HEAD');
    const add = (name: string) => {
      repository.git('update-index', '--add', '--cacheinfo', `160000,${first},${name}`);
      repository.git('commit', '--quiet', '-m', 'Add a submodule');
    };
    add('vendor/lib');
    await source.resolve(settings, undefined, signal);
    await expect(source.checkout(settings, sha(), signal)).resolves.toBeDefined();
    add('app/lib');
    await source.resolve(settings, undefined, signal);
    await expect(source.checkout(settings, sha(), signal)).rejects.toMatchObject({
      code: 'submodules',
      message: expect.stringContaining('app/lib'),
    });
  });

  test.each(['nope', '../..', 'app/main.py'])('the directory %s', async (directory) => {
    const { source, settings, first } = setUp();
    await expect(source.checkout({ ...settings, directory }, first, signal)).rejects.toMatchObject({
      code: 'no-such-directory',
    });
  });
});

function clean() {
  const { repository, source, first } = setUp();
  return { repository, source, first, settings: { path: repository.folder, directory: 'app' } };
}

describe('a local path', () => {
  test('gives the commit it stands on', async () => {
    const { source, settings, first } = clean();
    expect((await source.resolve(settings, undefined, signal)).sha).toBe(first);
    const { directory } = await source.checkout(settings, first, signal);
    expect(readFileSync(path.join(directory, 'main.py'), 'utf8')).toBe('print(1)\n');
  });

  test('must be clean, and says what is not', async () => {
    const { repository, source, settings } = clean();
    writeFiles(repository.folder, {
      '.gitignore': '*.tmp\n',
      'app/adaptive_cache.py': '',
      'app/x.tmp': '',
      'app/main.py': 'print(2)\n',
    });
    const failure = source.resolve(settings, undefined, signal);
    await expect(failure).rejects.toMatchObject({ code: 'tree-not-clean' });
    const message = await failure.catch((error: Error) => error.message);
    expect(message).toContain('new file not committed: app/adaptive_cache.py');
    expect(message).toContain('changed, not committed: app/main.py');
    expect(message).not.toContain('x.tmp');
  });

  test.each([() => temporaryFolder(), () => '/nowhere/at/all'])(
    'must be a git tree',
    async (at) => {
      const { source } = clean();
      const settings = { path: at(), directory: '.' };
      await expect(source.resolve(settings, undefined, signal)).rejects.toMatchObject({
        code: 'not-a-git-tree',
      });
    },
  );
});
