import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { createSource } from '../../../src/source/tree/git-source.ts';
import { until } from '../../support/until.ts';
import { Repository, temporaryFolder, writeFiles } from '../repository.ts';

const { signal } = new AbortController();
const WANTED = {
  required: [],
  encrypted: [],
  ignore_file: '.deployignore',
  max_file_bytes: 1_000_000,
  max_release_bytes: 3_000_000,
};

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
      message: expect.stringContaining('Did you mean feature/fast-cache?'),
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
      next: expect.stringContaining('name a branch, a tag or a commit'),
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

  test('is closed to other users, also in a folder that is open', async () => {
    const { source, settings, dataDirectory } = setUp();
    await source.resolve(settings, undefined, signal);
    const mirrors = path.join(dataDirectory, 'mirrors');
    expect(statSync(mirrors).mode & 0o077).toBe(0);
    // As older versions left it.
    chmodSync(mirrors, 0o755);
    await source.resolve(settings, undefined, signal);
    expect(statSync(mirrors).mode & 0o077).toBe(0);
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

  test('is repacked a minute after the last fetch', async () => {
    const { source, settings, dataDirectory } = setUp();
    const later = jest.spyOn(globalThis, 'setTimeout');
    await source.resolve(settings, undefined, signal);
    const [repack] = later.mock.calls.find(([, ms]) => ms === 60_000) ?? [];
    later.mockRestore();
    const mirrors = path.join(dataDirectory, 'mirrors');
    const mirror = path.join(mirrors, readdirSync(mirrors)[0] ?? '');
    // Git needs no repacking yet; these settings make it do so every time.
    appendFileSync(
      path.join(mirror, 'config'),
      '[maintenance "loose-objects"]\n\tenabled = true\n\tauto = -1\n',
    );
    const packs = () => readdirSync(path.join(mirror, 'objects/pack'));
    await source.resolve(settings, undefined, signal);
    expect(packs()).toEqual([]);
    repack?.();
    await until(() => packs().some((name) => /^loose-.*\.pack$/.test(name)));
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

describe('files of a commit', () => {
  test('and a checkout of it keep modes, links and files that git archive would leave out', async () => {
    const { repository, source, settings } = setUp();
    const sha = repository.commit('More', {
      '.gitattributes': 'app/hidden.py export-ignore\n',
      'app/run.sh*': '#!/bin/sh\n',
      'app/hidden.py': 'x = 1\n',
      'app/link → main.py': '',
    });
    await source.resolve(settings, undefined, signal);
    const { files } = await (await source.files(settings, sha, signal)).discover(WANTED);
    expect(files.map(({ path: name, mode }) => `${name} ${mode.toString(8)}`)).toEqual([
      'hidden.py 644',
      'link 644',
      'main.py 644',
      'run.sh 755',
    ]);
    const checkout = await source.checkout(settings, sha, signal);
    const directory = path.join(checkout.tree, checkout.folder);
    expect(readdirSync(directory).toSorted()).toEqual(['hidden.py', 'link', 'main.py', 'run.sh']);
    expect(statSync(path.join(directory, 'run.sh')).mode & 0o100).toBe(0o100);
    expect(lstatSync(path.join(directory, 'link')).isSymbolicLink()).toBe(true);
    await checkout.remove();
    expect(existsSync(checkout.tree)).toBe(false);
  });

  test('that are not here are not fetched when only those are asked for', async () => {
    const { source, settings, first, dataDirectory } = setUp();
    expect(await source.filesHere(settings, first)).toBeUndefined();
    expect(readdirSync(dataDirectory)).toEqual([]);
    await source.resolve(settings, undefined, signal);
    expect(await source.filesHere(settings, first)).toMatchObject({ sha: first });
  });

  test('checkouts of earlier versions are deleted', async () => {
    const dataDirectory = temporaryFolder();
    writeFiles(dataDirectory, { 'checkouts/0123/abc/main.py': '' });
    createSource({ dataDirectory });
    await until(() => readdirSync(dataDirectory).length === 0);
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
    await expect(source.files(settings, sha(), signal)).resolves.toBeDefined();
    add('app/lib');
    await source.resolve(settings, undefined, signal);
    await expect(source.files(settings, sha(), signal)).rejects.toMatchObject({
      code: 'submodules',
      message: expect.stringContaining('app/lib'),
    });
  });

  test.each(['nope', '../..', 'app/main.py'])('the directory %s', async (directory) => {
    const { source, settings, first } = setUp();
    await expect(source.files({ ...settings, directory }, first, signal)).rejects.toMatchObject({
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
    const files = await source.files(settings, first, signal);
    expect(await files.read('main.py', 100)).toMatchObject({ content: Buffer.from('print(1)\n') });
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
