// Opens a developer's folder or git index for `argo-bot check`, before anything is committed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StageFailed } from '../../deploy/record/errors.ts';
import { git } from '../git/git.ts';

/** A developer's work tree, its index, or a folder without git. */
export interface LocalTree {
  /** The folder to check: the top of the work tree, a copy of its index, or the folder without git. */
  root: string;
  /** The work tree and its git directory; undefined in a plain folder. */
  git: { top: string; gitDirectory: string } | undefined;
  /** The paths to check, which git tracks; undefined to check all files in `root`. */
  tracked: readonly string[] | undefined;
  /** Paths that the next commit would add or change; undefined without an index. */
  staged: ReadonlySet<string> | undefined;
  /** Files that are untracked and not ignored. */
  untracked: readonly string[];
  close(): Promise<void>;
}

const nothingToClose = (): Promise<void> => Promise.resolve();

/** Opens a folder with the files that git tracks; with all files if the folder is not a work tree. */
export async function openFolder(folder: string): Promise<LocalTree> {
  const found = await topOf(folder);
  if (found === undefined) {
    const plain = { git: undefined, tracked: undefined, staged: undefined, untracked: [] };
    return { root: path.resolve(folder), ...plain, close: nothingToClose };
  }
  const { top } = found;
  const others = ['ls-files', '-z', '--others', '--exclude-standard'];
  const [tracked, untracked] = await Promise.all([
    names(['ls-files', '-z'], top),
    names(others, top),
  ]);
  return { root: top, git: found, tracked, staged: undefined, untracked, close: nothingToClose };
}

/** Copies the files of the next commit from git's index. `indexFile`: a hook's GIT_INDEX_FILE, for partial commits. */
export async function openIndex(folder: string, indexFile: string | undefined): Promise<LocalTree> {
  const found = await topOf(folder);
  if (found === undefined) {
    throw new StageFailed(`${path.resolve(folder)} is not in a git work tree.`, {
      code: 'not-a-git-tree',
      next: 'Go into the checkout, or omit --staged to check the folder as it is.',
    });
  }
  const { top } = found;
  const env = indexFile === undefined ? {} : { GIT_INDEX_FILE: path.resolve(top, indexFile) };
  const root = await mkdtemp(path.join(tmpdir(), 'argo-index-'));
  const close = () => rm(root, { recursive: true, force: true });
  try {
    const diff = ['diff', '--cached', '--name-only', '-z', '--diff-filter=d', '--no-renames'];
    const [staged] = await Promise.all([
      names([...diff, '--no-ext-diff', '--no-relative'], top, env),
      names(['checkout-index', '--all', '--quiet', `--prefix=${root}/`], top, env),
    ]);
    return { root, git: found, tracked: undefined, staged: new Set(staged), untracked: [], close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function topOf(folder: string): Promise<{ top: string; gitDirectory: string } | undefined> {
  const args = ['rev-parse', '--absolute-git-dir', '--show-toplevel'];
  const { ok, stdout } = await git(args, { cwd: folder });
  const [gitDirectory, top] = stdout.split('\n');
  return ok && gitDirectory && top ? { gitDirectory, top } : undefined;
}

async function names(args: string[], top: string, env = {}): Promise<string[]> {
  const answer = await git(args, { cwd: top, env });
  if (answer.ok) return answer.stdout.split('\0').filter(Boolean);
  throw new StageFailed(`git ${args[0]} failed in ${top}: ${answer.why}`, {
    code: 'source-unreachable',
    next: `Run \`git status\` in ${top}, and fix what it reports.`,
  });
}

/** The paths below a folder (`''` or `app/`), relative to it, together with their parent folders. */
export function namesBelow(all: readonly string[], inside: string): Set<string> {
  const below = new Set<string>();
  for (const name of all) {
    if (!name.startsWith(inside) || name === inside) continue;
    const own = name.slice(inside.length);
    below.add(own);
    for (let slash = own.indexOf('/'); slash !== -1; slash = own.indexOf('/', slash + 1)) {
      below.add(own.slice(0, slash + 1));
    }
  }
  return below;
}
