import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Repository, temporaryFolder, writeFiles } from '../source/repository.ts';
import { argoBot, environment } from './command.ts';

const UNBOUND = 'def f(a):\n    if a:\n        x = 1\n    return x\n';
const CLEAN = 'x = 1\n';

function commit(folder: string, ...args: string[]) {
  const all = ['commit', '--quiet', '-m', 'Try', ...args];
  const { status, stdout, stderr } = spawnSync('git', all, {
    cwd: folder,
    encoding: 'utf8',
    env: environment,
  });
  return { ok: status === 0, said: `${stdout}${stderr}` };
}

const hookOf = (repository: Repository) => path.join(repository.folder, '.git/hooks/pre-commit');

describe('argo-bot hook', () => {
  test('blocks a commit by what is staged, lets it through when mended, and goes away', () => {
    const repository = new Repository();
    repository.commit('Begin', { 'app/a.py': CLEAN, 'app/b.py': CLEAN });
    expect(argoBot(path.join(repository.folder, 'app'), 'hook', 'install').code).toBe(0);
    writeFiles(repository.folder, { 'app/a.py': UNBOUND });
    const head = repository.git('rev-parse', 'HEAD');
    const blocked = commit(path.join(repository.folder, 'app'), '-a');
    expect(blocked.ok).toBe(false);
    expect(blocked.said).toContain('app/a.py:4:12 possibly-unbound');
    expect(repository.git('rev-parse', 'HEAD')).toBe(head);
    // A partial commit has an index of its own, in which a.py is as it was.
    writeFiles(repository.folder, { 'app/b.py': 'x = 2\n' });
    repository.git('add', 'app/a.py');
    expect(commit(repository.folder, 'app/b.py')).toMatchObject({ ok: true });
    writeFiles(repository.folder, { 'app/a.py': 'x = 3\n' });
    expect(commit(repository.folder, '-a').ok).toBe(true);
    expect(argoBot(repository.folder, 'hook', 'uninstall').code).toBe(0);
    expect(existsSync(hookOf(repository))).toBe(false);
    expect(argoBot(repository.folder, 'hook', 'uninstall').code).toBe(1);
  });

  test('leaves the hook of somebody else alone, or keeps it and runs it first', () => {
    const repository = new Repository();
    repository.commit('Begin', { 'a.py': CLEAN });
    const theirs = '#!/bin/sh\necho theirs ran >&2\ntest ! -e stop\n';
    writeFiles(repository.folder, { '.git/hooks/pre-commit*': theirs });
    const refused = argoBot(repository.folder, 'hook', 'install');
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/is not from argo-bot[^]*check --staged \|\| exit 1/);
    expect(readFileSync(hookOf(repository), 'utf8')).toBe(theirs);
    expect(argoBot(repository.folder, 'hook', 'install', '--force').code).toBe(0);
    // A second time changes nothing: ours is not taken for theirs.
    expect(argoBot(repository.folder, 'hook', 'install', '--force').code).toBe(0);
    writeFiles(repository.folder, { 'a.py': UNBOUND });
    const both = commit(repository.folder, '-a');
    expect(both.said).toMatch(/theirs ran[^]*a\.py:4:12/);
    writeFiles(repository.folder, { stop: '' });
    const first = commit(repository.folder, '-a');
    expect(first).toMatchObject({ ok: false, said: expect.not.stringContaining('a.py:4:12') });
    expect(argoBot(repository.folder, 'hook', 'uninstall').code).toBe(0);
    expect(readFileSync(hookOf(repository), 'utf8')).toBe(theirs);
  });

  test('goes where git looks for hooks: core.hooksPath, and the first checkout of a worktree', () => {
    const repository = new Repository();
    repository.commit('Begin', { 'a.py': CLEAN });
    const second = path.join(temporaryFolder(), 'second');
    repository.git('worktree', 'add', '--quiet', '-b', 'side', second);
    expect(argoBot(second, 'hook', 'install').code).toBe(0);
    expect(existsSync(hookOf(repository))).toBe(true);
    writeFiles(second, { 'a.py': UNBOUND });
    expect(commit(second, '-a')).toMatchObject({
      ok: false,
      said: expect.stringContaining('a.py:4'),
    });
    repository.git('config', 'core.hooksPath', '.husky dir');
    mkdirSync(path.join(repository.folder, 'sub'));
    expect(argoBot(path.join(repository.folder, 'sub'), 'hook', 'install').code).toBe(0);
    expect(existsSync(path.join(repository.folder, '.husky dir/pre-commit'))).toBe(true);
    chmodSync(path.join(repository.folder, '.husky dir/pre-commit'), 0o755);
  });

  test('says what to say, and where', () => {
    expect(argoBot(temporaryFolder(), 'hook', 'install').err).toContain('not in a git work tree');
    expect(argoBot(temporaryFolder(), 'hook').code).toBe(2);
  });
});
