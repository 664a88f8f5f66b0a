/**
 * The attacker may push, but not to the deployed branch: a commit of a pull request, of a forced push, of another
 * branch or of a tag is named by its full sha, which the server or the mirror still has. None may be deployed.
 */
import { rmSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { StageFailed } from '../../src/deploy/record/errors.ts';
import type { SourceSettings } from '../../src/deploy/ports/ports.ts';
import { createSource } from '../../src/source/tree/git-source.ts';
import { Repository, temporaryFolder } from '../source/repository.ts';

const { signal } = new AbortController();

/** `main`, a branch and a tag beside it, a pull request, and a commit that a forced push took off `main`. */
function setUp() {
  const repository = new Repository();
  const first = repository.commit('Begin', { 'main.py': 'print(1)\n' });
  const dropped = repository.commit('Dropped by a forced push');
  repository.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  const source = createSource({ dataDirectory: temporaryFolder() });
  const settings = { git: repository.folder, branch: 'main', directory: '.' };
  const branch = (name: string): string => {
    repository.git('checkout', '--quiet', '-b', name, first);
    const sha = repository.commit(`Change on ${name}`);
    repository.git('checkout', '--quiet', 'main');
    return sha;
  };
  const feature = branch('feature/fast');
  const pull = branch('pull');
  repository.git('update-ref', 'refs/pull/7/head', pull);
  repository.git('branch', '--delete', '--force', 'pull');
  const tagged = branch('tagged');
  repository.git('tag', '-a', '-m', 'Sly', 'main-next', tagged);
  repository.git('branch', '--delete', '--force', 'tagged');
  const deploy = async (ref: string | undefined, rules: Partial<SourceSettings> = {}) => {
    const all = { ...settings, ...rules };
    const { sha } = await source.resolve(all, ref, signal);
    await source.admit(all, sha, signal);
    return sha;
  };
  const force = (): void => {
    repository.git('reset', '--quiet', '--hard', first);
  };
  return { repository, deploy, force, first, dropped, feature, pull, tagged };
}

async function refusal(attempt: Promise<unknown>): Promise<StageFailed> {
  const error: unknown = await attempt.then(() => undefined).catch((cause: unknown) => cause);
  if (error instanceof StageFailed) return error;
  throw new Error(`not refused, but ${String(error)}`);
}

describe('a commit that no allowed ref reaches', () => {
  test('of a pull request is refused, though the server gives it', async () => {
    const { deploy, pull } = setUp();
    const { code, message, next } = await refusal(deploy(pull));
    expect({ code, message }).toEqual({
      code: 'ref-not-allowed',
      message: `Commit ${pull.slice(0, 12)} is not on an allowed branch (main): no branch or tag has it.`,
    });
    expect(next).toContain('merge it into main, then `/argo deploy`');
    expect(await refusal(deploy(pull, { allowed_refs: ['*'] }))).toMatchObject({
      code: 'ref-not-allowed',
    });
    expect(await refusal(deploy('refs/pull/7/head'))).toMatchObject({ code: 'unknown-ref' });
  });

  test('of another branch or a tag is refused by any name, with the line that allows it', async () => {
    const { deploy, feature, tagged } = setUp();
    for (const ref of ['feature/fast', feature, feature.slice(0, 10)]) {
      const { code, message, next } = await refusal(deploy(ref));
      expect({ code, message }).toEqual({
        code: 'ref-not-allowed',
        message: `Commit ${feature.slice(0, 12)} is not on an allowed branch (main): it is on feature/fast.`,
      });
      expect(next).toContain("`source: allowed_refs: ['main', 'feature/fast']`");
    }
    // A tag that is named like an allowed branch is still no branch.
    for (const allowed_refs of [['main*'], ['refs/heads/*']]) {
      expect(await refusal(deploy(tagged, { allowed_refs }))).toMatchObject({
        code: 'ref-not-allowed',
        message: expect.stringContaining('it is on refs/tags/main-next'),
      });
    }
  });

  test('after a forced push is refused at the next look, where the mirror still has it', async () => {
    const { deploy, force, dropped, first } = setUp();
    expect(await deploy(undefined)).toBe(dropped);
    force();
    // The refs of the last fetch still allow it; they are too old to count.
    const clock = jestClock(60_000);
    try {
      expect(await refusal(deploy(dropped))).toMatchObject({
        code: 'ref-not-allowed',
        next: expect.stringContaining('/argo rollback'),
      });
    } finally {
      clock.restore();
    }
    expect(await deploy('main')).toBe(first);
  });

  test('of another branch of a clone beside the bot is refused while it is not checked out', async () => {
    const { repository, feature, dropped, pull } = setUp();
    const source = createSource({ dataDirectory: temporaryFolder() });
    const settings = { path: repository.folder, directory: '.' };
    expect(await source.admit(settings, dropped, signal)).toEqual({ warnings: [] });
    expect(await refusal(source.admit(settings, feature, signal))).toMatchObject({
      code: 'ref-not-allowed',
      message: `Commit ${feature.slice(0, 12)} is not on an allowed branch (what is checked out in ${repository.folder}): it is on feature/fast.`,
      next: expect.stringMatching(
        /^check it out there.*`source: allowed_refs: \['feature\/fast'\]`/,
      ),
    });
    // Somebody's replacement of the newest commit, which would have that branch as its parent.
    repository.git('replace', '--graft', dropped, feature);
    expect(await refusal(source.admit(settings, feature, signal))).toMatchObject({
      code: 'ref-not-allowed',
    });
    repository.git('replace', '--delete', dropped);
    // This clone has the ref of the pull request, which is neither a branch nor a tag.
    const everything = { ...settings, allowed_refs: ['*'] };
    expect(await refusal(source.admit(everything, pull, signal))).toMatchObject({
      code: 'ref-not-allowed',
    });
    repository.git('checkout', '--quiet', 'feature/fast');
    expect(await source.admit(settings, feature, signal)).toEqual({ warnings: [] });
  });

  test('is refused where git cannot tell, since the repository does not have it', async () => {
    const { repository } = setUp();
    const source = createSource({ dataDirectory: temporaryFolder() });
    const settings = { path: repository.folder, directory: '.' };
    const unknown = 'f'.repeat(40);
    expect(await refusal(source.admit(settings, unknown, signal))).toMatchObject({
      code: 'ref-not-allowed',
      message: expect.stringContaining('git cannot tell which branches have commit ffffffffffff'),
    });
  });

  test('is refused whatever it is where the list is empty', async () => {
    const { deploy } = setUp();
    expect(await refusal(deploy(undefined, { allowed_refs: [] }))).toMatchObject({
      code: 'ref-not-allowed',
      message: expect.stringContaining('source.allowed_refs in argo.yml is empty'),
    });
  });
});

describe('what the refs allow is deployed', () => {
  test.each([
    ['the branch itself', undefined],
    ['a pattern of branches', ['release/*', 'feature/*']],
    ['everything', ['*']],
  ])('%s', async (_, allowed_refs) => {
    const { deploy, feature, first, tagged } = setUp();
    expect(await deploy(first, allowed_refs && { allowed_refs })).toBe(first);
    if (allowed_refs) expect(await deploy('feature/fast', { allowed_refs })).toBe(feature);
    if (allowed_refs?.includes('*'))
      expect(await deploy('main-next', { allowed_refs })).toBe(tagged);
  });

  test('a pattern of tags', async () => {
    const { deploy, tagged } = setUp();
    expect(await deploy(tagged, { allowed_refs: ['refs/tags/main-*'] })).toBe(tagged);
  });

  test('also while the repository cannot be reached, by the refs of the last fetch, which is told', async () => {
    const { repository, first } = setUp();
    const dataDirectory = temporaryFolder();
    const settings = { git: repository.folder, branch: 'main', directory: '.' };
    await createSource({ dataDirectory }).resolve(settings, undefined, signal);
    rmSync(repository.folder, { recursive: true });
    const later = createSource({ dataDirectory });
    const clock = jestClock(60_000);
    try {
      const { warnings } = await later.admit(settings, first, signal);
      expect(warnings).toEqual([expect.stringContaining('could not be reached')]);
    } finally {
      clock.restore();
    }
  });
});

/** Moves the clock that tells how old the mirror's refs are. */
function jestClock(ahead: number): { restore(): void } {
  const now = performance.now.bind(performance);
  performance.now = () => now() + ahead;
  return { restore: () => void (performance.now = now) };
}
