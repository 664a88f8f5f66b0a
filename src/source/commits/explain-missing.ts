// Explains why a required file is not in a commit: ignored, not added, deleted, emptied, or on another branch.
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { Commit } from '../../deploy/ports/ports.ts';
import { shellWord } from '../../deploy/untrusted/shell-word.ts';
import { commitsTouching, plain } from './list-commits.ts';
import { git, type Repository } from '../git/git.ts';
import { roleOf } from '../files/required-role.ts';
import type { Problem } from '../files/walk.ts';

/** The repository, folder and commit from which the files of a release come. */
export interface Origin extends Repository {
  /** The top of the work tree, if there is one. It may contain files that are not committed. */
  top: string | undefined;
  /** The service's folder in the repository: `app/`, or an empty string. */
  inside: string;
  /** The commit of the release; undefined for files that are not committed yet. */
  sha: string | undefined;
}

const MOST_EXPLAINED = 20;

/** Replaces each problem marked `missing` or `blank` with a more precise one if git knows the reason. */
export async function explainMissing(
  problems: readonly Problem[],
  origin: Origin,
): Promise<Problem[]> {
  const asked = problems.filter(({ missing, blank }) => missing ?? blank).slice(0, MOST_EXPLAINED);
  const told = await Promise.all(
    asked.map(async (one) =>
      one.blank === true
        ? explainBlank(one, origin)
        : ((await explainByWorkTree(one, origin)) ?? (await explainByHistory(one, origin))),
    ),
  );
  return problems.map((one) => {
    const better = told[asked.indexOf(one)];
    return better ? { path: one.path, ...better } : one;
  });
}

type Reason = Pick<Problem, 'problem' | 'next'>;

async function explainByWorkTree(one: Problem, origin: Origin): Promise<Reason | undefined> {
  const { top, inside, sha } = origin;
  const name = `${inside}${one.path}`;
  const { is } = roleOf(one);
  if (top === undefined) return undefined;
  if ((await lstat(path.join(top, name)).catch(() => undefined)) === undefined) return undefined;
  const rule = await ignoredBy(top, name);
  if (rule !== undefined) {
    return {
      problem: `${is}, but not committed, because git leaves it out by ${rule}`,
      next: `Remove or narrow that rule, or \`git add -f ${shellWord(name)}\`; commit and push.`,
    };
  }
  const known = await git(['ls-files', '--error-unmatch', '--', name], { cwd: top });
  if (!known.ok || sha === undefined) {
    return {
      problem: `${is}, but a new file that is not committed`,
      next: `Add it with \`git add ${shellWord(name)}\`, commit and push.`,
    };
  }
  return {
    problem: `${is}, and in the work tree, but not in ${sha.slice(0, 7)}`,
    next: 'Deploy a commit that has it.',
  };
}

/** The rule that makes `git add` ignore a file: `.gitignore:3 *_cache.py`. */
async function ignoredBy(top: string, name: string): Promise<string | undefined> {
  // git check-ignore refuses GIT_LITERAL_PATHSPECS=1. Without `./`, it would read a leading `:` as pathspec magic.
  const env = { GIT_LITERAL_PATHSPECS: '0' };
  const args = ['check-ignore', '-v', '--', `./${name}`];
  const { ok, stdout } = await git(args, { cwd: top, env });
  const [, file, line, pattern = ''] = /^(.*?):(\d+):(.*)\t/.exec(stdout) ?? [];
  return !ok || file === undefined || pattern.startsWith('!')
    ? undefined
    : `${file}:${line} ${pattern}`;
}

async function explainByHistory(one: Problem, origin: Origin): Promise<Reason | undefined> {
  const { inside, sha } = origin;
  if (sha === undefined) return undefined;
  const name = `${inside}${one.path}`;
  const { is, correct, remove } = roleOf(one);
  const [deleted] = await commitsTouching(origin, ['--diff-filter=D', sha], name);
  if (deleted) {
    const renamed = await newNameOf(name, deleted.sha, origin, sha);
    if (renamed !== undefined) {
      return {
        problem: `${is}, but was renamed to ${renamed} by ${described(deleted)}`,
        next: `Write ${renamed} into \`${one.entry ? 'entry' : 'required'}:\` in argo.yml and restart argo-bot, or rename it back with \`git mv ${shellWord(`${inside}${renamed}`)} ${shellWord(name)}\`, commit and push.`,
      };
    }
    return {
      problem: `${is}, but was deleted by ${described(deleted)}`,
      next: `${restore(deleted, name)}. Or ${remove}.`,
    };
  }
  const elsewhere = ['--diff-filter=A', '--branches', '--tags', `^${sha}`];
  const [added] = await commitsTouching(origin, elsewhere, name);
  if (added) {
    return {
      problem: `${is}, but not in ${sha.slice(0, 7)}. On another branch, ${described(added)} added it`,
      next: 'Merge that commit, or deploy a branch that has it.',
    };
  }
  if (one.misspelt !== undefined) {
    const rename = `git mv ${shellWord(inside + one.misspelt)} ${shellWord(name)}`;
    const next = `Rename it with \`${rename}\`, commit and push. Or ${correct}.`;
    return { problem: one.problem, next };
  }
  if (/[:.] /.test(one.problem)) return undefined;
  return {
    problem: `${one.problem} ${sha.slice(0, 7)}, nor in any other on this repository's branches`,
    next: `Commit and push the file, or ${correct}.`,
  };
}

/** Says which commit emptied the file; undefined if the file never had content. */
async function explainBlank(one: Problem, origin: Origin): Promise<Reason | undefined> {
  const { inside, sha } = origin;
  if (sha === undefined) return undefined;
  const name = `${inside}${one.path}`;
  const [emptied] = await commitsTouching(origin, [sha], name);
  if (emptied === undefined) return undefined;
  const before = await git(['cat-file', '-s', `${emptied.sha}~1:${name}`], origin);
  if (!before.ok || before.stdout.trim() === '0') return undefined;
  const { is, remove } = roleOf(one);
  return {
    problem: `${is}, but ${described(emptied)} emptied it`,
    next: `${restore(emptied, name)}. Or ${remove}.`,
  };
}

const described = ({ sha, subject, author }: Commit): string =>
  `${sha.slice(0, 7)} ${subject} (${author})`;

const restore = ({ sha }: Commit, name: string): string =>
  `Restore it with \`git checkout ${sha.slice(0, 7)}~1 -- ${shellWord(name)}\`, commit and push`;

/** The path, in the service's folder, to which the commit `by` renamed a file; undefined if `sha` has no such file. */
async function newNameOf(
  name: string,
  by: string,
  origin: Origin,
  sha: string,
): Promise<string | undefined> {
  const chosen = ['--root', '-r', '-z', '-M', '--diff-filter=R', '--no-commit-id', '--name-status'];
  const { ok, stdout } = await git(['diff-tree', ...chosen, by], origin);
  if (!ok) return undefined;
  // Each rename has three fields: its score, the old path, the new path.
  const fields = stdout.split('\0');
  const index = fields.findIndex((field, at) => at % 3 === 1 && field === name);
  const renamed = index === -1 ? undefined : fields[index + 1];
  if (renamed === undefined || !renamed.startsWith(origin.inside)) return undefined;
  const there = await git(['ls-tree', '--full-tree', '--name-only', sha, '--', renamed], origin);
  return there.stdout === '' ? undefined : plain(renamed.slice(origin.inside.length), 200);
}
