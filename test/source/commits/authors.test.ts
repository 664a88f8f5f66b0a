import { expect, test } from '@jest/globals';
import { createSource } from '../../../src/source/tree/git-source.ts';
import { Repository, temporaryFolder } from '../repository.ts';

const { signal } = new AbortController();
const source = createSource({ dataDirectory: temporaryFolder() });
const authors = async (repository: Repository, from: string | undefined, to: string) =>
  (await source.authors({ path: repository.folder, directory: '.' }, from, to, signal))
    .map(({ email }) => email)
    .toSorted();

function by(repository: Repository, author: string, committer = author): void {
  repository.people = {
    GIT_AUTHOR_NAME: author,
    GIT_AUTHOR_EMAIL: `${author}@example.org`,
    GIT_COMMITTER_NAME: committer,
    GIT_COMMITTER_EMAIL: `${committer}@example.org`,
  };
}

test('authors, committers and co-authors of a range are told, each once', async () => {
  const repository = new Repository();
  by(repository, 'before');
  const live = repository.commit('Live');
  by(repository, 'ben', 'carol');
  repository.commit('One');
  by(repository, 'ben');
  const trailers = ['co-authored-by: Dan <Dan@example.org>', 'Co-Authored-By: nobody at all'];
  const to = repository.commit(`Two\n\nWhy.\n\n${trailers.join('\n')}\n`);
  expect(await authors(repository, live, to)).toEqual([
    'Dan@example.org',
    'ben@example.org',
    'carol@example.org',
    'nobody at all',
  ]);
});

test('without a live commit those of the commit itself count, of an unknown one all of them', async () => {
  const repository = new Repository();
  by(repository, 'first');
  repository.commit('First');
  by(repository, 'second');
  const to = repository.commit('Second');
  expect(await authors(repository, undefined, to)).toEqual(['second@example.org']);
  const gone = 'f'.repeat(40);
  expect(await authors(repository, gone, to)).toEqual(['first@example.org', 'second@example.org']);
});

test('the committer of what is merged on GitHub’s page is no person, an author of that address is', async () => {
  const repository = new Repository();
  by(repository, 'ben');
  const live = repository.commit('Live');
  repository.people.GIT_COMMITTER_EMAIL = 'noreply@github.com';
  const merged = repository.commit('Merged');
  expect(await authors(repository, live, merged)).toEqual(['ben@example.org']);
  repository.people.GIT_AUTHOR_EMAIL = 'noreply@github.com';
  const hidden = repository.commit('Hidden');
  expect(await authors(repository, merged, hidden)).toEqual(['noreply@github.com']);
});

test('hostile names and addresses are told without what would change how they look', async () => {
  const repository = new Repository();
  by(repository, 'ben');
  const live = repository.commit('Live');
  repository.people.GIT_AUTHOR_EMAIL = 'ben\u202e@example.org';
  const to = repository.commit('Hostile');
  expect(await authors(repository, live, to)).toContain('ben@example.org');
});
