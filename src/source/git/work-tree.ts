// Opens a local clone as a source, and refuses one with changes that are not committed.
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { StageFailed } from '../../deploy/record/errors.ts';
import { git } from './git.ts';
import { shellWord } from '../../deploy/untrusted/shell-word.ts';
import { asBot, folderAdvice } from './repository-advice.ts';

const NO_FOLDER = { ok: false, stdout: '', why: 'there is no such folder', stderr: '' };

/** The git directory and the top folder of the work tree at `path`. Fails with StageFailed. */
export async function openWorkTree(path: string): Promise<{ gitDirectory: string; top: string }> {
  const args = ['rev-parse', '--absolute-git-dir', '--show-toplevel'];
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  const answer = isFolder ? await git(args, { cwd: path }) : NO_FOLDER;
  const [gitDirectory, top] = answer.stdout.split('\n');
  if (answer.ok && gitDirectory && top) return { gitDirectory, top };
  const cause = folderAdvice(path, answer.stderr);
  if (cause !== undefined) {
    throw new StageFailed(`${path} on ${hostname()} cannot be read: ${answer.why}`, {
      code: 'source-unreachable',
      next: cause,
    });
  }
  throw new StageFailed(
    `${path} on ${hostname()} is not a git work tree: ${answer.why || 'it has no files'}`,
    {
      code: 'not-a-git-tree',
      next: 'set `path:` in argo.yml to a clone of the repository, or `git:` to its address, and restart argo-bot. Then try again.',
    },
  );
}

const MOST_LISTED = 20;

/** Fails with `tree-not-clean` if there are changes that are not committed: a deployment would not contain them. */
export async function requireClean(top: string, signal: AbortSignal): Promise<void> {
  const args = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames'];
  const answer = await git(args, { cwd: top, signal });
  if (!answer.ok) {
    throw new StageFailed(`git status failed in ${top} on ${hostname()}: ${answer.why}`, {
      code: 'source-unreachable',
      next: `on ${hostname()}: \`${asBot()} git -C ${shellWord(top)} status\`. Correct what it reports, then try again.`,
    });
  }
  const entries = answer.stdout.split('\0').filter(Boolean);
  if (entries.length === 0) return;
  const lines = entries.slice(0, MOST_LISTED).map((entry) => describeEntry(entry));
  const one = entries.length === 1 ? nameIn(entries[0] ?? '') : undefined;
  const more = entries.length > MOST_LISTED ? [`and ${entries.length - MOST_LISTED} more`] : [];
  throw new StageFailed(
    `${top} on ${hostname()} has uncommitted changes:\n${[...lines, ...more].join('\n')}`,
    {
      code: 'tree-not-clean',
      next: `on ${hostname()}, ${commitStep(top, one)}, or add what must not be deployed to .gitignore. Then \`/argo deploy\`.`,
    },
  );
}

function commitStep(top: string, file: string | undefined): string {
  const inside = `git -C ${shellWord(top)}`;
  return file === undefined
    ? `commit these files in ${top}`
    : `\`${inside} add ${shellWord(file)} && ${inside} commit\``;
}

const nameIn = (entry: string): string => entry.slice(3).replace(/\p{Cc}/gu, '?');

function describeEntry(entry: string): string {
  const state = entry.slice(0, 2);
  const name = nameIn(entry);
  if (state === '??') return `new file not committed: ${name}`;
  if (state.includes('D')) return `deleted, not committed: ${name}`;
  if (state.includes('U')) return `merge conflict: ${name}`;
  if (state.startsWith('A')) return `new file added, not committed: ${name}`;
  return `changed, not committed: ${name}`;
}
