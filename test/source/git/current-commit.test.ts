import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCurrentCommit } from '../../../src/source/git/current-commit.ts';
import { Repository, temporaryFolder, writeFiles } from '../repository.ts';

const { signal } = new AbortController();
const reach = (settings: { git: string; branch: string } | { path: string }) =>
  readCurrentCommit({ ...settings, directory: '.' }, signal);

describe('a repository', () => {
  test('tells where its branch stands, and nothing is fetched', async () => {
    const repository = new Repository();
    const sha = repository.commit('one', { 'a.py': 'x' });
    const before = readdirSync(join(repository.folder, '.git')).toSorted();
    expect(await reach({ git: repository.folder, branch: 'main' })).toEqual({
      sha,
      ref: `main of ${repository.folder}`,
    });
    expect(readdirSync(join(repository.folder, '.git')).toSorted()).toEqual(before);
  });

  test('without that branch says how to list them', async () => {
    const repository = new Repository();
    repository.commit('one');
    await expect(reach({ git: repository.folder, branch: 'nowhere' })).rejects.toMatchObject({
      code: 'unknown-ref',
      next: expect.stringContaining(`git ls-remote --heads ${repository.folder}`),
    });
  });

  test('that is not there is told so without credentials', async () => {
    const address = 'http://ada:hunter2secret@127.0.0.1:1/engine.git';
    const failure = await reach({ git: address, branch: 'main' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'source-unreachable' });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('hunter2secret');
  });
});

describe('a work tree', () => {
  test('tells its commit, if all is committed', async () => {
    const repository = new Repository();
    const sha = repository.commit('one', { 'a.py': 'x' });
    expect(await reach({ path: repository.folder })).toMatchObject({ sha });
    writeFiles(repository.folder, { 'b.py': 'y' });
    await expect(reach({ path: repository.folder })).rejects.toMatchObject({
      code: 'tree-not-clean',
    });
  });

  test('that is none, or has no commit', async () => {
    await expect(reach({ path: temporaryFolder() })).rejects.toMatchObject({
      code: 'not-a-git-tree',
    });
    await expect(reach({ path: new Repository().folder })).rejects.toMatchObject({
      code: 'unknown-ref',
    });
  });
});
