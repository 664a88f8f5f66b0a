import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { badCommits, commit, makeRepository } from '../../../sandbox/engine/repository.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'argo-repository-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('has a history on main, tags, and a clean tree', async () => {
  const repo = await makeRepository(dir);
  expect((await repo.git('branch', '--show-current')).trim()).toBe('main');
  expect((await repo.git('log', '--format=%s')).trim().split('\n')).toHaveLength(4);
  expect((await repo.git('tag')).trim().split('\n')).toEqual(['v1.0.0', 'v1.1.0']);
  expect(await repo.git('status', '--porcelain')).toBe('');
});

test('commits changes and returns the sha', async () => {
  const repo = await makeRepository(dir);
  const sha = await commit(repo, { message: 'Bump', files: { VERSION: '2.0.0\n' } });
  expect(sha).toMatch(/^[0-9a-f]{40}$/);
  expect(await repo.git('show', `${sha}:VERSION`)).toBe('2.0.0\n');
});

test.each(Object.entries(badCommits))('%s can be committed', async (_, bad) => {
  const repo = await makeRepository(dir);
  await commit(repo, bad);
  expect((await repo.git('log', '-1', '--format=%s')).trim()).toBe(bad.message);
});

test('has an example configuration with a key of 32 characters', async () => {
  await makeRepository(dir);
  const config = z
    .object({ massive: z.object({ api_key: z.string() }) })
    .parse(JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')));
  expect(config.massive.api_key).toHaveLength(32);
});

test('grows to the size asked for', async () => {
  const repo = await makeRepository(dir, { files: 130 });
  const modules = await repo.git('ls-files', 'argo/library/*module_*.py');
  expect(modules.trim().split('\n')).toHaveLength(130);
});
