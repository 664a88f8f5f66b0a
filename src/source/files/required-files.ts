// Decides whether the files that argo.yml requires are in the release, and why one is not.
import path from 'node:path';
import { didYouMean, nearestWord } from '../../deploy/untrusted/spelling.ts';
import { shellWord } from '../../deploy/untrusted/shell-word.ts';
import type { DiscoverySettings } from '../../deploy/ports/ports.ts';
import { normalized, roleOf, wantedBy } from './required-role.ts';
import type { Tree } from './tree.ts';
import type { Problem, Walked } from './walk.ts';

const GLOB = /[*?[\]{}]/;

/** A problem for each required path that is missing or excluded. A required glob ignores files excluded by default. */
export async function checkRequired(
  tree: Tree,
  settings: DiscoverySettings,
  walked: Walked,
): Promise<Problem[]> {
  const found = await Promise.all(
    wantedBy(settings).map(async ({ wanted, entry }) => {
      // `app/[id]/page.py` is a pattern only if there is no such file.
      const isPath = !GLOB.test(wanted) || (await tree.exists(wanted));
      const dropped = isPath ? await droppedAt(tree, wanted, walked) : droppedBy(wanted, walked);
      return { wanted, entry, dropped };
    }),
  );
  const all = found.flatMap(({ dropped = [], entry }) => dropped.map((one) => ({ ...one, entry })));
  const missing = found.filter(({ dropped }) => dropped === undefined);
  return [
    ...explainDropped(all, path.basename(settings.ignore_file)),
    ...missing.map(({ wanted, entry }) => isMissing(wanted, walked, entry)),
  ];
}

/** Returns `wanted` if it is excluded, [] if it is released or has a reported problem, undefined if it is missing. */
async function droppedAt(
  tree: Tree,
  wanted: string,
  walked: Walked,
): Promise<Dropped[] | undefined> {
  const excluded = walked.left.find(({ path: left }) => covers(left, wanted));
  if (excluded !== undefined && (await tree.exists(wanted))) return [{ wanted, excluded }];
  const there = walked.files.some(
    (file) => file.path === wanted || file.path.startsWith(`${wanted}/`),
  );
  // The walk has reported paths with another problem, such as a broken link. Do not call them missing too.
  const reported = walked.problems.some((problem) => problem.path === wanted);
  return there || reported ? [] : undefined;
}

/** Lists the excluded paths that a required glob matches; undefined if it matches nothing. */
function droppedBy(wanted: string, walked: Walked): Dropped[] | undefined {
  const dropped = walked.left
    .filter(({ verdict }) => verdict.kind !== 'default')
    .filter(({ path: left }) => path.matchesGlob(left.replace(/\/$/, ''), wanted))
    .map((excluded) => ({ wanted: excluded.path, excluded }));
  const some = walked.files.some((file) => path.matchesGlob(file.path, wanted));
  return some || dropped.length > 0 ? dropped : undefined;
}

/** Whether the excluded path `left` is `wanted` itself or a folder above it. */
function covers(left: string, wanted: string): boolean {
  return left.replace(/\/$/, '') === wanted || (left.endsWith('/') && wanted.startsWith(left));
}

/** `wanted`: a required path. `excluded`: that path or a folder above it. */
interface Dropped {
  wanted: string;
  excluded: Walked['left'][number];
  entry?: true | undefined;
}

/** Files that one rule excludes get the same next step: it lists the lines that include all of them again. */
function explainDropped(all: readonly Dropped[], ignoreFile: string): Problem[] {
  return all.map(({ wanted, excluded, entry }) => {
    const { by, kind } = excluded.verdict;
    const { is } = roleOf({ entry });
    if (kind === 'untracked') return isUntracked(wanted, entry);
    const same = all.filter((one) => one.excluded.verdict.by === by);
    return {
      path: wanted,
      problem: `${is}, but ${kind === 'rule' ? `left out by ${by}` : by}`,
      next: includeAgain(same, by, kind, ignoreFile),
    };
  });
}

function includeAgain(
  all: readonly Dropped[],
  by: string,
  kind: 'rule' | 'default',
  ignoreFile: string,
): string {
  // As in git, nothing below an excluded folder can be included again.
  const paths = [...new Set(all.map(({ excluded }) => excluded.path))];
  const folder = paths.some((one) => one.endsWith('/'));
  if (kind === 'rule' && folder) return 'Remove or narrow that rule, commit and push.';
  const below = kind === 'rule' ? path.posix.dirname(by.replace(/:\d+ .*$/su, '')) : '.';
  const lines = paths.map(
    (one) => `\`!/${path.posix.relative(below, one)}${one.endsWith('/') ? '/' : ''}\``,
  );
  const words = lines.length === 1 ? 'the line' : 'the lines';
  return kind === 'rule'
    ? `Remove or narrow that rule, or add ${words} ${lines.join(' ')} after it, commit and push.`
    : `Add ${words} ${lines.join(' ')} to ${ignoreFile}, commit and push.`;
}

/** Sets `missing`, so that `explainMissing` replaces the problem if git knows more, such as an ignore rule. */
function isUntracked(name: string, entry?: true): Problem {
  return {
    path: name,
    problem: `${roleOf({ entry }).is}, but a new file that is not committed`,
    next: `Add it with \`git add ${shellWord(name)}\`, commit and push.`,
    missing: true,
    ...(entry && { entry }),
  };
}

/** Suffixes that tools add to a file's name if they commit a pointer or ciphertext in its place: `data.csv.dvc`. */
const FORMS: [string, string][] = [
  ['.dvc', 'DVC keeps only a pointer in git'],
  ['.gpg', 'only its ciphertext is in git'],
  ['.asc', 'only its ciphertext is in git'],
  ['.age', 'only its ciphertext is in git'],
  ['.enc', 'only its ciphertext is in git'],
  ['.secret', 'git-secret keeps only its ciphertext in git'],
];

function isMissing(wanted: string, walked: Walked, entry?: true): Problem {
  const { is, correct } = roleOf({ entry });
  const form = FORMS.find(([end]) => walked.files.some(({ path: name }) => name === wanted + end));
  if (form) {
    return {
      path: wanted,
      problem: `${is}, but the commit has only ${wanted}${form[0]}: ${form[1]}`,
      next: `Commit and push the plain file. If the service decrypts or fetches it itself, name ${wanted}${form[0]} in argo.yml and restart argo-bot. \`config.file\` can also name a file outside the repository.`,
    };
  }
  const all = walked.files.map((file) => file.path);
  const hint = suggestPath(wanted, all);
  return {
    path: wanted,
    problem: `${is}, but not in the commit${hint && `. ${hint.replace(/^d/, 'D')}`}`,
    next: `Commit and push the file, or ${correct}.`,
    misspelt: misspelt(wanted, all),
    missing: true,
    ...(entry && { entry }),
  };
}

/** The file in the same folder whose name is most similar to that of the missing file. */
function misspelt(wanted: string, all: readonly string[]): string | undefined {
  const folder = path.posix.dirname(wanted);
  const beside = all.filter((one) => path.posix.dirname(one) === folder);
  const names = beside.map((one) => path.posix.basename(one));
  const near = nearestWord(path.posix.basename(wanted), names);
  return near === undefined ? undefined : path.posix.join(folder, near);
}

/** Whether `given`, a path, folder or glob of argo.yml, includes the file `name`. */
export function includesPath(given: string, name: string): boolean {
  const wanted = normalized(given);
  if (name === wanted || name.startsWith(`${wanted}/`)) return true;
  return GLOB.test(wanted) && path.matchesGlob(name, wanted);
}

/** Suggests paths with the same file name first: most missing files are in the wrong folder or misspelt. */
export function suggestPath(wanted: string, paths: readonly string[]): string {
  const base = path.posix.basename(wanted);
  const same = paths.filter((one) => path.posix.basename(one) === base);
  if (same.length > 0) return didYouMean(wanted, same) || `there is ${same[0]}`;
  const folder = path.posix.dirname(wanted);
  const beside = paths.filter((one) => path.posix.dirname(one) === folder);
  return didYouMean(wanted, beside.length > 0 && beside.length < 3000 ? beside : paths);
}
