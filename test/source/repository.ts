import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';
import type { Tree } from '../../src/source/files/tree.ts';
import { readBlob } from '../../src/source/git/object-reader.ts';
import { streamBlob } from '../../src/source/git/blob.ts';
import { listEntries, parseEntries } from '../../src/source/tree/commit-entries.ts';
import { commitTree, foldersOf } from '../../src/source/tree/commit-tree.ts';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of this test file, gone when its tests are. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'argo-source-'));
  folders.push(folder);
  return folder;
}

/** `a → b` is a link to b; a trailing `*` on the name makes the file executable. */
export function writeFiles(folder: string, files: Record<string, string | Buffer>): void {
  for (const [entry, content] of Object.entries(files)) {
    const [name = '', target] = entry.split(' → ');
    const file = path.join(folder, name.replace(/\*$/, ''));
    mkdirSync(path.dirname(file), { recursive: true });
    if (target === undefined) writeFileSync(file, content);
    else symlinkSync(target, file);
    if (name.endsWith('*')) chmodSync(file, 0o755);
  }
}

const AUTHOR = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** A real repository with a work tree. */
export class Repository {
  readonly folder = temporaryFolder();
  #clock = 1_700_000_000;
  /** Of the next commits. */
  people: Partial<typeof AUTHOR> = {};

  constructor() {
    this.git('init', '--quiet', '--initial-branch=main');
  }

  git(...args: string[]): string {
    const date = `${this.#clock} +0000`;
    const env = { ...process.env, ...AUTHOR, ...this.people };
    const dated = { ...env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    return execFileSync('git', args, { cwd: this.folder, env: dated, encoding: 'utf8' }).trim();
  }

  /** Writes, adds and commits; answers the sha. */
  commit(subject: string, files: Record<string, string | Buffer> = {}): string {
    this.#clock += 60;
    writeFiles(this.folder, files);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--cleanup=verbatim', '-m', subject);
    return this.git('rev-parse', 'HEAD');
  }
}

/** The files of a commit as the bot reads them; fails where there is no such directory. */
export async function treeOf(repository: Repository, sha: string, directory = '.'): Promise<Tree> {
  const gitDirectory = path.join(repository.folder, '.git');
  const entries = await parseEntries(sha, await listEntries({ gitDirectory }, sha));
  const blobs = {
    read: (blob: { id: string; bytes: number }) => readBlob(gitDirectory, blob),
    stream: (blob: { id: string; bytes: number }) => streamBlob(gitDirectory, blob),
  };
  const tree = commitTree(await foldersOf(entries), blobs, directory);
  if (tree === undefined) throw new Error(`no directory ${directory}`);
  return tree;
}
