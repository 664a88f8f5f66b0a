import { expect, test } from '@jest/globals';
import { createSource } from '../../../src/source/tree/git-source.ts';
import { Repository, temporaryFolder } from '../repository.ts';

const { signal } = new AbortController();

test('a line leads to the commit that last changed it, below the directory of the service', async () => {
  const repository = new Repository();
  const first = repository.commit('Begin', { 'engine/app.py': 'one\ntwo\nthree\n' });
  const second = repository.commit('Change the second', { 'engine/app.py': 'one\n2\nthree\n' });
  const source = createSource({ dataDirectory: temporaryFolder() });
  const settings = { git: repository.folder, branch: 'main', directory: 'engine' };
  await source.resolve(settings, 'main', signal);
  const at = (path: string, line: number, sha = second) =>
    source.lastChange(settings, sha, { path, line }, signal);
  expect(await at('app.py', 1)).toBe(first);
  expect(await at('app.py', 2)).toBe(second);
  expect(await at('app.py', 2, first)).toBe(first);
  expect(await at('app.py', 9)).toBeUndefined();
  expect(await at('other.py', 1)).toBeUndefined();
  expect(await at('../../etc/passwd', 1)).toBeUndefined();
  expect(await at('--contents=/etc/passwd', 1)).toBeUndefined();
});
