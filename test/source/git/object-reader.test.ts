import { execFileSync } from 'node:child_process';
import { cpSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { endObjectReaders, readBlob } from '../../../src/source/git/object-reader.ts';
import { streamBlob } from '../../../src/source/git/blob.ts';
import { until } from '../../support/until.ts';
import { commandLines } from '../support/command-lines.ts';
import { Repository, temporaryFolder } from '../repository.ts';

function setUp(files: Record<string, string | Buffer>) {
  const repository = new Repository();
  repository.commit('All', files);
  const gitDirectory = path.join(repository.folder, '.git');
  const nameOf = (file: string) => ({
    id: repository.git('rev-parse', `HEAD:${file}`),
    bytes: Number(repository.git('cat-file', '-s', `HEAD:${file}`)),
  });
  const processes = () =>
    commandLines().filter((line) => line.includes(gitDirectory) && line.includes('--batch')).length;
  return { repository, gitDirectory, nameOf, processes };
}

const odd = Buffer.from([0, 10, 13, 255, 10, 10, 0]);

describe('blobs', () => {
  test('come whole and in order, whatever is in them, from one process', async () => {
    const large = Buffer.alloc(300_000, 'line\n');
    const { gitDirectory, nameOf, processes } = setUp({ odd, large, empty: '', 'a\nb': 'x' });
    const names = ['odd', 'large', 'empty', 'a\nb'].map((name) => nameOf(name));
    const read = await Promise.all(names.map((name) => readBlob(gitDirectory, name)));
    expect(read).toEqual([odd, large, Buffer.alloc(0), Buffer.from('x')]);
    expect(processes()).toBe(1);
    endObjectReaders();
    await until(() => processes() === 0);
    expect(await buffer(await streamBlob(gitDirectory, nameOf('large')))).toEqual(large);
  });

  test('are found in a pack that was made since', async () => {
    const { repository, gitDirectory, nameOf } = setUp({ a: 'a', b: 'b' });
    const [a, b] = [nameOf('a'), nameOf('b')];
    await readBlob(gitDirectory, a);
    repository.git('gc', '--quiet', '--prune=now');
    expect(await readBlob(gitDirectory, b)).toEqual(Buffer.from('b'));
    repository.commit('More', { c: 'c' });
    expect(await readBlob(gitDirectory, nameOf('c'))).toEqual(Buffer.from('c'));
  });

  test('are found where another repository takes the place of this one', async () => {
    const { gitDirectory, nameOf } = setUp({ a: 'a' });
    const other = setUp({ b: 'b' });
    await readBlob(gitDirectory, nameOf('a'));
    const name = other.nameOf('b');
    renameSync(gitDirectory, `${gitDirectory}.broken`);
    cpSync(other.gitDirectory, gitDirectory, { recursive: true });
    expect(await readBlob(gitDirectory, name)).toEqual(Buffer.from('b'));
  });

  test('are found in the repository that a clone borrows from', async () => {
    const { repository, nameOf } = setUp({ a: 'a' });
    const clone = temporaryFolder();
    execFileSync('git', ['clone', '--quiet', '--bare', '--shared', repository.folder, clone]);
    expect(await readBlob(clone, nameOf('a'))).toEqual(Buffer.from('a'));
  });

  test('that are missing fail alone', async () => {
    const { gitDirectory, nameOf } = setUp({ a: 'a', b: 'b' });
    const gone = { id: 'f'.repeat(40), bytes: 1 };
    const asked = [nameOf('a'), gone, nameOf('b'), { ...nameOf('a'), bytes: 2 }];
    const read = await Promise.allSettled(asked.map((name) => readBlob(gitDirectory, name)));
    expect(read.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
    expect(read[1]).toMatchObject({
      reason: { code: 'source-unreachable', message: expect.stringContaining('missing') },
    });
    await expect(streamBlob(gitDirectory, gone)).rejects.toMatchObject({
      code: 'source-unreachable',
    });
  });

  test('of a repository that is gone fail', async () => {
    const { gitDirectory, nameOf } = setUp({ a: 'a', b: 'b' });
    const [a, b] = [nameOf('a'), nameOf('b')];
    await readBlob(gitDirectory, a);
    endObjectReaders();
    rmSync(gitDirectory, { recursive: true });
    await expect(readBlob(gitDirectory, b)).rejects.toThrow('not a git repository');
  });

  test('of many repositories need few processes at once', async () => {
    const many = Array.from({ length: 11 }, (_, at) => setUp({ a: `${at}` }));
    for (const [at, { gitDirectory, nameOf }] of many.entries())
      expect(await readBlob(gitDirectory, nameOf('a'))).toEqual(Buffer.from(`${at}`));
    await until(() => many.reduce((sum, { processes }) => sum + processes(), 0) <= 8);
  });
});
