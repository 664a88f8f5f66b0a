/**
 * The attacker pushes a branch or a tag whose name is the beginning of a reviewed commit, so that whoever deploys
 * that commit by its short sha deploys the attacker's. The name is refused; each of both has a way to be typed.
 */
import { describe, expect, test } from '@jest/globals';
import type { SourceSettings } from '../../src/deploy/ports/ports.ts';
import { createSource } from '../../src/source/tree/git-source.ts';
import { Repository, temporaryFolder } from '../source/repository.ts';

const { signal } = new AbortController();

describe('a name that is a branch and the beginning of a commit', () => {
  const repository = new Repository();
  const reviewed = repository.commit('Reviewed', { 'main.py': 'print(1)\n' });
  repository.git('checkout', '--quiet', '-b', 'evil');
  const evil = repository.commit('Evil');
  repository.git('checkout', '--quiet', 'main');
  const source = createSource({ dataDirectory: temporaryFolder() });
  const settings = {
    git: repository.folder,
    branch: 'main',
    directory: '.',
    allowed_refs: ['*'],
  };
  const resolve = async (ref: string, from: SourceSettings = settings) =>
    (await source.resolve(from, ref, signal)).sha;
  /** A clone beside the bot. */
  const local = { path: repository.folder, directory: '.' };

  test.each([
    ['a branch', 'branch', 'refs/heads', 7],
    ['a tag', 'tag', 'refs/tags', 12],
    ['a branch, a step behind it', 'branch', 'refs/heads', 9],
  ])('%s is refused, with what to type for each', async (what, kind, folder, length) => {
    const name = reviewed.slice(0, length);
    repository.git(kind, name, evil);
    const typed = what.includes('step') ? `${name}~0` : name;
    for (const from of [settings, local]) {
      await expect(resolve(typed, from)).rejects.toMatchObject({
        code: 'ambiguous-ref',
        message: `${name} is ambiguous: a commit starts with it (${reviewed}), and ${folder}/${name} has that name.`,
        next: expect.stringContaining(`\`/argo deploy ${reviewed}\` for the commit`),
      });
    }
    expect(await resolve(reviewed)).toBe(reviewed);
    expect(await resolve(`${folder}/${name}`)).toBe(evil);
    repository.git(kind, kind === 'branch' ? '-D' : '-d', name);
    expect(await resolve(name)).toBe(reviewed);
  });

  test('a branch of 64 digits is no sha of this repository', async () => {
    const name = 'ab'.repeat(32);
    repository.git('branch', name, evil);
    await expect(resolve(name)).rejects.toMatchObject({ code: 'unknown-ref' });
  });

  test('a declared branch that is named like a commit is the branch', async () => {
    const name = reviewed.slice(0, 5);
    repository.git('branch', name, evil);
    const declared = { ...settings, branch: name };
    expect((await source.resolve(declared, undefined, signal)).sha).toBe(evil);
  });
});
