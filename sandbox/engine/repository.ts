import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command } from '../host/command.ts';
import { padTree } from './padding.ts';

export { badCommits } from './bad-commits.ts';

const template = join(import.meta.dirname, 'template');

interface Edit {
  readonly path: string;
  readonly find: string;
  readonly replace: string;
}

export interface Commit {
  readonly message: string;
  /** Whole files by path; null deletes. */
  readonly files?: Readonly<Record<string, string | null>>;
  readonly edits?: readonly Edit[];
}

export interface Repository {
  readonly dir: string;
  git(...args: string[]): Promise<string>;
}

export interface RepositoryOptions {
  /** Adds so many modules, for benchmarks with a large tree. */
  readonly files?: number;
}

/** A git repository of the engine: branch main, four commits that all work, two tags. */
export async function makeRepository(
  dir: string,
  options: RepositoryOptions = {},
): Promise<Repository> {
  mkdirSync(dir, { recursive: true });
  const repo: Repository = { dir, git: (...args) => git(dir, args) };
  await repo.git('init', '--quiet', '--initial-branch=main');
  cpSync(template, dir, { recursive: true, filter: (path) => !path.includes('__pycache__') });
  if (options.files !== undefined) padTree(dir, options.files);
  for (const { tag, ...change } of historyOf(dir)) {
    await commit(repo, change);
    if (tag !== undefined) await repo.git('tag', tag);
  }
  return repo;
}

/** Makes the changes, commits them and returns the full sha. */
export async function commit(repo: Repository, change: Commit): Promise<string> {
  for (const [path, text] of Object.entries(change.files ?? {})) put(join(repo.dir, path), text);
  for (const edit of change.edits ?? []) apply(repo.dir, edit);
  await repo.git('add', '--all');
  await repo.git('commit', '--quiet', '--allow-empty', '--message', change.message);
  return (await repo.git('rev-parse', 'HEAD')).trim();
}

function put(path: string, text: string | null): void {
  if (text === null) {
    rmSync(path);
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function apply(dir: string, { path, find, replace }: Edit): void {
  const before = readFileSync(join(dir, path), 'utf8');
  if (!before.includes(find)) throw new Error(`${path} no longer has: ${find}`);
  writeFileSync(
    join(dir, path),
    before.replace(find, () => replace),
  );
}

/** Begins a little behind the template and ends with it. */
function historyOf(dir: string): (Commit & { tag?: string })[] {
  const now = (path: string) => readFileSync(join(dir, path), 'utf8');
  const breaker = 'argo/core/circuit_breaker.py';
  const recovers = '        self._failures = 0\n        self._opened_at = None\n';
  const readme = now('README.md');
  const watchlist = now('argo/watchlist.json');
  return [
    {
      message: 'Serve signals with a cache, a rate limit and metrics',
      files: { 'README.md': null, VERSION: '1.0.0\n', 'argo/watchlist.json': '["AAPL", "MSFT"]\n' },
      edits: [{ path: breaker, find: recovers, replace: '        self._opened_at = None\n' }],
      tag: 'v1.0.0',
    },
    {
      message: 'Follow NVDA and two currencies',
      files: { VERSION: '1.1.0\n', 'argo/watchlist.json': watchlist },
      tag: 'v1.1.0',
    },
    {
      message: 'Forget old failures once a provider recovers',
      files: { VERSION: now('VERSION') },
      edits: [{ path: breaker, find: '        self._opened_at = None\n', replace: recovers }],
    },
    { message: 'Describe how to run the engine', files: { 'README.md': readme } },
  ];
}

/** Settings of whoever runs this (signing, hooks, a GIT_DIR of a hook) must not show in the result. */
function git(dir: string, args: readonly string[]): Promise<string> {
  const name = 'Trading team';
  const email = 'trading@example.com';
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('GIT_'));
  return command('git', ['-C', dir, ...args], {
    ...Object.fromEntries(inherited),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  });
}
