import path from 'node:path';
import { didYouMean } from './nearest.ts';
import { exists } from './walk.ts';
import type { Problem, Walked } from './walk.ts';

const GLOB = /[*?[\]{}]/;

/**
 * Required paths and globs against what was found. A file that a rule of the team's ignore file drops is
 * named with that rule; a glob does not claim what is left out by default, a plain path does.
 */
export async function checkRequired(
  root: string,
  required: readonly string[],
  walked: Walked,
): Promise<Problem[]> {
  const found = await Promise.all(
    required.map((wanted) => {
      const clean = wanted.replace(/^\.\//, '').replace(/\/+$/, '');
      return GLOB.test(clean) ? checkGlob(clean, walked) : checkPath(root, clean, walked);
    }),
  );
  return found.flat();
}

async function checkPath(root: string, wanted: string, walked: Walked): Promise<Problem[]> {
  const dropped = walked.left.find(({ path: left }) => covers(left, wanted));
  if (dropped !== undefined && (await exists(root, wanted))) {
    return [isDropped(wanted, dropped.verdict.by)];
  }
  const there = walked.files.some(
    (file) => file.path === wanted || file.path.startsWith(`${wanted}/`),
  );
  // One that has a problem of its own is already named by it.
  if (there || walked.problems.some((problem) => problem.path === wanted)) return [];
  return [isMissing(wanted, walked)];
}

async function checkGlob(wanted: string, walked: Walked): Promise<Problem[]> {
  const dropped = walked.left
    .filter(({ verdict }) => verdict.written)
    .filter(({ path: left }) => path.matchesGlob(left.replace(/\/$/, ''), wanted));
  const problems = dropped.map((one) => isDropped(one.path, one.verdict.by));
  const some = walked.files.some((file) => path.matchesGlob(file.path, wanted));
  if (some || problems.length > 0) return problems;
  return [isMissing(wanted, walked)];
}

/** Is it the path itself, or a folder above it? */
function covers(left: string, wanted: string): boolean {
  return left.replace(/\/$/, '') === wanted || (left.endsWith('/') && wanted.startsWith(left));
}

function isDropped(name: string, by: string): Problem {
  return {
    path: name,
    problem: `is required, but left out by ${by}`,
    next: `Remove or narrow that rule, or add the line !${name} after it.`,
  };
}

function isMissing(wanted: string, walked: Walked): Problem {
  const hint = nearestPath(wanted, walked);
  return {
    path: wanted,
    problem: `is required, but not in the commit${hint && `: ${hint}`}`,
    next: 'Commit and push the file, or correct `required:` in argo.yml.',
  };
}

/** Names that share the file name come first: most missing files are in the wrong folder or misspelt. */
function nearestPath(wanted: string, walked: Walked): string {
  const paths = walked.files.map((file) => file.path);
  const base = path.posix.basename(wanted);
  const same = paths.filter((one) => path.posix.basename(one) === base);
  if (same.length > 0) return didYouMean(wanted, same) || `there is ${same[0]}`;
  const folder = path.posix.dirname(wanted);
  const beside = paths.filter((one) => path.posix.dirname(one) === folder);
  return didYouMean(wanted, beside.length > 0 && beside.length < 3000 ? beside : paths);
}
