import { describe, expect, test } from '@jest/globals';
import { createSource } from '../../../src/source/tree/git-source.ts';
import { Repository, temporaryFolder } from '../repository.ts';

const { signal } = new AbortController();

function setUp(branch = 'main') {
  const repository = new Repository();
  const sha = repository.commit('Begin', { 'main.py': 'print(1)\n' });
  const source = createSource({ dataDirectory: temporaryFolder() });
  return { repository, sha, source, settings: { git: repository.folder, branch, directory: '.' } };
}

describe('a ref without a commit says why', () => {
  const { repository, source, settings } = setUp();
  repository.git('tag', 'file', repository.git('rev-parse', 'HEAD:main.py'));
  repository.git('tag', '-a', '-m', 'A file', 'noted', 'file');
  repository.git('branch', 'Case');

  test.each([
    [
      'file',
      'file is a tag of a file, not of a commit.',
      'name a branch, a commit, or a tag of a commit',
    ],
    ['refs/tags/noted', 'noted is a tag of a file, not of a commit.', 'name a branch'],
    ['main~9', 'main has no ancestor main~9.', 'take a commit that `git log main` lists'],
    ['main^2', 'main has no ancestor main^2.', 'take a commit that `git log main` lists'],
    [
      'master',
      'There is no branch, tag or commit master. Did you mean main?',
      '`/argo deploy main`',
    ],
  ])('%s', async (ref, message, next) => {
    const refused = source.resolve(settings, ref, signal);
    await expect(refused).rejects.toMatchObject({ message, next: expect.stringContaining(next) });
  });
});

test('a declared branch that was renamed must be corrected in argo.yml', async () => {
  const { source, settings } = setUp('master');
  await expect(source.resolve(settings, undefined, signal)).rejects.toMatchObject({
    message: 'There is no branch, tag or commit master. Did you mean main?',
    next: 'correct source.branch in argo.yml and restart argo-bot, or push master.',
  });
});

test('a shallow clone is a repository like any other', async () => {
  const { repository, source, settings } = setUp();
  const second = repository.commit('Second');
  const shallow = temporaryFolder();
  repository.git('clone', '--quiet', '--depth=1', `file://${repository.folder}`, shallow);
  const found = await source.resolve({ ...settings, git: shallow }, undefined, signal);
  expect(found.sha).toBe(second);
  await source.admit({ ...settings, git: shallow }, second, signal);
});
