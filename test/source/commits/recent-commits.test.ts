import { expect, test } from '@jest/globals';
import { createRecentCommits } from '../../../src/source/commits/recent-commits.ts';
import { Repository, temporaryFolder } from '../repository.ts';

const { signal } = new AbortController();

test('the newest commits of the branch come first, asked anew each time', async () => {
  const repository = new Repository();
  const first = repository.commit('Begin');
  const second = repository.commit('Go on');
  const recent = createRecentCommits({ dataDirectory: temporaryFolder() });
  const settings = { git: repository.folder, branch: 'main', directory: '.' };
  expect((await recent(settings, signal)).map(({ sha }) => sha)).toEqual([second, first]);
  const third = repository.commit('Once more');
  const [newest] = await recent(settings, signal);
  expect(newest).toMatchObject({ sha: third, subject: 'Once more' });
});

test('of a work tree it is what is checked out, changed files or not', async () => {
  const repository = new Repository();
  const first = repository.commit('Begin');
  const recent = createRecentCommits({ dataDirectory: temporaryFolder() });
  const found = await recent({ path: repository.folder, directory: '.' }, signal);
  expect(found.map(({ sha }) => sha)).toEqual([first]);
});

test('a repository that is not there and a branch that is not in it are said', async () => {
  const recent = createRecentCommits({ dataDirectory: temporaryFolder() });
  const gone = { git: '/no/such/repository.git', branch: 'main', directory: '.' };
  await expect(recent(gone, signal)).rejects.toThrow('could not fetch from');
  const repository = new Repository();
  repository.commit('Begin');
  const other = { git: repository.folder, branch: 'other', directory: '.' };
  await expect(recent(other, signal)).rejects.toMatchObject({ code: 'unknown-ref' });
});
