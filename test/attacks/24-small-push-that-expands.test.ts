/**
 * The attacker pushes a few kilobytes that stand for gigabytes: a file of zeroes, one file under many names, trees
 * that name each other a billion times; or paths that no disk takes. Nothing of it is written to the bot's disk.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createSource } from '../../src/source/tree/git-source.ts';
import { Repository, temporaryFolder } from '../source/repository.ts';

const { signal } = new AbortController();

function setUp() {
  const repository = new Repository();
  const dataDirectory = temporaryFolder();
  const source = createSource({ dataDirectory });
  const settings = {
    git: repository.folder,
    branch: 'main',
    directory: '.',
    max_checkout_bytes: 50_000_000,
  };
  const run = (input: string, ...args: string[]): string =>
    execFileSync('git', args, { cwd: repository.folder, input, encoding: 'utf8' }).trim();
  /** A commit of a tree that only plumbing makes. */
  const commitTree = (tree: string): string => {
    const identity = ['-c', 'user.name=Eve', '-c', 'user.email=eve@example.com'];
    const sha = run('', ...identity, 'commit-tree', tree, '-m', 'Bomb');
    repository.git('update-ref', 'refs/heads/main', sha);
    return sha;
  };
  const checkout = async (sha: string) => {
    await source.resolve(settings, undefined, signal);
    await (await source.checkout(settings, sha, signal)).remove();
    return source.files(settings, sha, signal);
  };
  /** What is in the data folder besides the mirror of git's objects. */
  const written = (): string[] => readdirSync(dataDirectory).filter((name) => name !== 'mirrors');
  return { repository, run, commitTree, checkout, written };
}

describe('a commit that would fill the disk', () => {
  test('with one large file', async () => {
    const { repository, checkout, written } = setUp();
    const sha = repository.commit('Zeroes', { 'data/zero.bin': Buffer.alloc(60_000_000) });
    await expect(checkout(sha)).rejects.toMatchObject({
      code: 'unsafe-tree',
      message: `Commit ${sha.slice(0, 12)} has 60.0 MB of files, more than the allowed 50.0 MB; most of it in data/ (60.0 MB).`,
      next: expect.stringContaining('source.max_checkout_bytes'),
    });
    expect(written()).toEqual([]);
  });

  test('with one file under many names', async () => {
    const { run, commitTree, checkout, written, repository } = setUp();
    const zero = path.join(temporaryFolder(), 'zero');
    writeFileSync(zero, Buffer.alloc(1_000_000));
    const id = repository.git('hash-object', '-w', zero);
    const lines = Array.from({ length: 60 }, (_, at) => `100644 blob ${id}\tf${at}\n`);
    const sha = commitTree(run(lines.join(''), 'mktree'));
    await expect(checkout(sha)).rejects.toMatchObject({ code: 'unsafe-tree' });
    expect(written()).toEqual([]);
  });

  test('with trees that name each other a billion times', async () => {
    const { run, commitTree, checkout, written } = setUp();
    const blob = run('x', 'hash-object', '-w', '--stdin');
    let tree = run(`100644 blob ${blob}\tf\n`, 'mktree');
    for (let depth = 0; depth < 9; depth += 1) {
      const lines = Array.from({ length: 10 }, (_, at) => `040000 tree ${tree}\td${at}\n`);
      tree = run(lines.join(''), 'mktree');
    }
    await expect(checkout(commitTree(tree))).rejects.toMatchObject({
      code: 'unsafe-tree',
      message: expect.stringContaining('more than 200,000 files'),
    });
    expect(written()).toEqual([]);
  });

  test.each([
    ['deeper than a path may be', 'deep/'.repeat(250)],
    ['a name longer than a file system takes', `${'n'.repeat(256)}/`],
  ])('with %s', async (_, folders) => {
    const { run, commitTree, checkout, written } = setUp();
    const blob = run('x', 'hash-object', '-w', '--stdin');
    let tree = run(`100644 blob ${blob}\tf\n`, 'mktree');
    for (const name of folders.split('/').filter(Boolean))
      tree = run(`040000 tree ${tree}\t${name}\n`, 'mktree');
    await expect(checkout(commitTree(tree))).rejects.toMatchObject({ code: 'unsafe-tree' });
    expect(written()).toEqual([]);
  });

  test.each(['.git', '.GIT', '..'])('with a folder %s', async (name) => {
    const { repository, run, commitTree, checkout, written } = setUp();
    const blob = run('x', 'hash-object', '-w', '--stdin');
    const inner = run(`100644 blob ${blob}\tconfig\n`, 'mktree');
    // mktree refuses such names, and hash-object does not have to.
    const entry = Buffer.concat([Buffer.from(`40000 ${name}\0`), Buffer.from(inner, 'hex')]);
    const file = path.join(temporaryFolder(), 'tree');
    writeFileSync(file, entry);
    const tree = repository.git('hash-object', '-t', 'tree', '--literally', '-w', file);
    await expect(checkout(commitTree(tree))).rejects.toMatchObject({
      code: 'unsafe-tree',
      message: expect.stringContaining(`${name}/config`),
    });
    expect(written()).toEqual([]);
  });
});

test('a commit within the limits is checked out', async () => {
  const { repository, checkout } = setUp();
  const sha = repository.commit('Fine', { 'data/zero.bin': Buffer.alloc(40_000_000) });
  expect((await checkout(sha)).sha).toBe(sha);
});
