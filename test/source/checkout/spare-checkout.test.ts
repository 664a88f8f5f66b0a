import {
  appendFileSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createSource } from '../../../src/source/checkout/git-source.ts';
import {
  createUnfinished,
  writeCommit,
  makeSpare,
  takeSpare,
} from '../../../src/source/checkout/spare-checkout.ts';
import { exportCommit } from '../../../src/source/checkout/export-commit.ts';
import { until } from '../../support/until.ts';
import { Repository, temporaryFolder } from '../repository.ts';

const { signal } = new AbortController();

/** Every file and link of a folder: its kind, whether it may be run, and what it holds. */
function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(
    names.map((name) => {
      const file = path.join(folder, name);
      const found = lstatSync(file);
      if (found.isSymbolicLink()) return [name, `link to ${readlinkSync(file)}`];
      if (found.isDirectory()) return [name, 'directory'];
      const mayRun = (found.mode & 0o111) !== 0;
      return [name, `${mayRun ? 'may run: ' : ''}${readFileSync(file, 'latin1')}`];
    }),
  );
}

function setUp() {
  const repository = new Repository();
  const checkouts = temporaryFolder();
  const gitDirectory = path.join(repository.folder, '.git');
  return { repository, checkouts, from: { gitDirectory, checkouts, signal } };
}

function commitOnly(repository: Repository, files: Record<string, string>): string {
  repository.git('rm', '-r', '--quiet', '--force', '--ignore-unmatch', '.');
  return repository.commit('Change', files);
}

/** Of each place one thing or nothing, so that between two commits files become folders, links and programs. */
const tree = fc
  .tuple(
    fc.constantFrom('', 'a', 'a*', 'a → t.txt', 'a/b', 'a/b/c'),
    fc.constantFrom('', 'z/y/x', 'z/y*', 'z → a'),
    fc.constantFrom('', 't.txt'),
    fc.constantFrom('one\n', 'two\r\nthree\n', ''),
  )
  .map(([first, second, third, content]) =>
    Object.fromEntries([first, second, third].filter(Boolean).map((name) => [name, content])),
  );

/** Its git says nothing and does not end, as on a disk that hangs. */
async function stuck() {
  const { repository, checkouts, from } = setUp();
  const sha = repository.commit('Begin', { 'main.py': 'print(1)\n' });
  const slowGit = path.join(temporaryFolder(), 'git');
  const began = `${slowGit}.began`;
  writeFileSync(slowGit, `#!/bin/sh\n: >'${began}'\nexec sleep 300\n`, { mode: 0o755 });
  const giveUp = new AbortController();
  const was = process.env['PATH'];
  process.env['PATH'] = `${path.dirname(slowGit)}:${was}`;
  const spare = makeSpare(sha, { ...from, signal: giveUp.signal });
  const failed = expect(spare).rejects.toThrow(/git rev-parse was (?:stopped|not started)/);
  await until(() => existsSync(began));
  process.env['PATH'] = was;
  const end = async (): Promise<void> => {
    giveUp.abort();
    await failed;
  };
  return { from, sha, checkouts, end };
}

describe('a spare checkout', () => {
  test('turned into a commit is what a new one of it would be', async () => {
    await fc.assert(
      fc.asyncProperty(tree, tree, async (before, after) => {
        const { repository, from } = setUp();
        const first = commitOnly(repository, before);
        const second = commitOnly(repository, after);
        await makeSpare(first, from);
        const [turned, made] = [await takeSpare(second, from), await createUnfinished(from)];
        await writeCommit(made, second, from);
        expect(contents(turned?.files ?? 'no spare')).toEqual(contents(made.files));
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  test('that someone wrote into is put right', async () => {
    const { repository, checkouts, from } = setUp();
    const first = repository.commit('Begin', { 'main.py': 'print(1)\n', VERSION: '1\n' });
    const second = repository.commit('Go on', { VERSION: '2\n' });
    await makeSpare(first, from);
    appendFileSync(path.join(checkouts, '.spare/files/main.py'), 'print(2)\n');
    const taken = await takeSpare(second, from);
    expect(contents(taken?.files ?? 'no spare')).toEqual({
      'main.py': 'print(1)\n',
      VERSION: '2\n',
    });
  });

  test('has the bytes of the commit, whatever its attributes say of files that did not change', async () => {
    const { repository, from } = setUp();
    const first = repository.commit('Begin', { 'run.bat': 'echo\n' });
    const second = repository.commit('For Windows', { '.gitattributes': '*.bat text eol=crlf\n' });
    await makeSpare(first, from);
    const taken = await takeSpare(second, from);
    expect(contents(taken?.files ?? 'no spare')).toMatchObject({ 'run.bat': 'echo\n' });
  });

  test('goes to one of two who want it at once', async () => {
    const { repository, from } = setUp();
    const sha = repository.commit('Begin', { 'main.py': 'print(1)\n' });
    await Promise.all([makeSpare(sha, from), makeSpare(sha, from)]);
    const takers = await Promise.all([takeSpare(sha, from), takeSpare(sha, from)]);
    expect(takers.filter((one) => one !== undefined)).toHaveLength(1);
  });

  describe('that is still being made', () => {
    test('does not hold up who is called off meanwhile', async () => {
      const { from, sha, end } = await stuck();
      const cancel = new AbortController();
      const taken = takeSpare(sha, { ...from, signal: cancel.signal });
      cancel.abort();
      await expect(taken).rejects.toThrow('the wait for a spare checkout was stopped');
      await end();
    });

    test('does not hold up for long who then makes its own', async () => {
      const { from, sha, checkouts, end } = await stuck();
      const options = { ...from, sha, list: '', waitMs: 50 };
      expect(contents(await exportCommit(options))).toEqual({ 'main.py': 'print(1)\n' });
      await end();
      expect(readdirSync(checkouts).toSorted()).toEqual([sha, `${sha}.files`]);
    });

    test('and then fails is as if there had been none', async () => {
      const { from, sha, end } = await stuck();
      const taken = takeSpare(sha, from);
      await end();
      expect(await taken).toBeUndefined();
    });
  });

  test('is what the next commit is made of', async () => {
    const { repository } = setUp();
    const first = repository.commit('Begin', { 'main.py': 'print(1)\n' });
    const dataDirectory = temporaryFolder();
    const source = createSource({ dataDirectory });
    const settings = { git: repository.folder, branch: 'main', directory: '.' };
    const { sha } = await source.resolve(settings, undefined, signal);
    await source.checkout(settings, sha, signal);
    await source.makeSpare(settings, sha, signal);
    const second = repository.commit('Go on', { 'main.py': 'print(2)\n' });
    await source.resolve(settings, second, signal);
    const spared = lstatSync(path.join(dataDirectory, spareFile(dataDirectory))).ino;
    const { directory } = await source.checkout(settings, second, signal);
    expect(contents(directory)).toEqual({ 'main.py': 'print(2)\n' });
    expect(lstatSync(directory).ino).toBe(spared);
    expect(readdirSync(path.dirname(directory)).toSorted()).toEqual(
      [first, `${first}.files`, second, `${second}.files`].toSorted(),
    );
  });
});

const spareFile = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('.spare/files'),
  ) ?? 'no spare';
