// Decides whether the files that argo.yml requires are in the release, and why one is not.
import path from 'node:path';
import { didYouMean, nearestWord } from '../../deploy/untrusted/spelling.ts';
import { shellWord } from '../../deploy/untrusted/shell-word.ts';
import type { Hashed } from './hash-files.ts';
import type { Tree } from './tree.ts';
import type { Problem, Walked } from './walk.ts';

const GLOB = /[*?[\]{}]/;

/** Returns a problem for each required path that is missing or excluded. Globs skip files excluded by default. */
export async function checkRequired(
  tree: Tree,
  required: readonly string[],
  walked: Walked,
): Promise<Problem[]> {
  const found = await Promise.all(
    required.map(async (wanted) => {
      const clean = normalized(wanted);
      // `app/[id]/page.py` is a pattern only if there is no such file.
      const isPath = !GLOB.test(clean) || (await tree.exists(clean));
      return isPath ? checkPath(tree, clean, walked) : checkGlob(clean, walked);
    }),
  );
  return [
    ...explainDropped(found.flatMap(({ dropped }) => dropped)),
    ...found.flatMap(({ missing }) => (missing === undefined ? [] : [isMissing(missing, walked)])),
  ];
}

interface Checked {
  dropped: Dropped[];
  /** The path or glob if nothing matches it. */
  missing?: string;
}

async function checkPath(tree: Tree, wanted: string, walked: Walked): Promise<Checked> {
  const excluded = walked.left.find(({ path: left }) => covers(left, wanted));
  if (excluded !== undefined && (await tree.exists(wanted))) {
    return { dropped: [{ wanted, excluded }] };
  }
  const there = walked.files.some(
    (file) => file.path === wanted || file.path.startsWith(`${wanted}/`),
  );
  // A path with another problem is already reported.
  const reported = walked.problems.some((problem) => problem.path === wanted);
  return there || reported ? { dropped: [] } : { dropped: [], missing: wanted };
}

function checkGlob(wanted: string, walked: Walked): Checked {
  const dropped = walked.left
    .filter(({ verdict }) => verdict.kind !== 'default')
    .filter(({ path: left }) => path.matchesGlob(left.replace(/\/$/, ''), wanted))
    .map((excluded) => ({ wanted: excluded.path, excluded }));
  const some = walked.files.some((file) => path.matchesGlob(file.path, wanted));
  return some || dropped.length > 0 ? { dropped } : { dropped, missing: wanted };
}

/** Whether the excluded path `left` is `wanted` itself or a folder above it. */
function covers(left: string, wanted: string): boolean {
  return left.replace(/\/$/, '') === wanted || (left.endsWith('/') && wanted.startsWith(left));
}

/** `wanted`: a required path. `excluded`: that path or a folder above it. */
interface Dropped {
  wanted: string;
  excluded: Walked['left'][number];
}

/** Files that the same rule excludes share a next step, because only all of its lines together help. */
function explainDropped(all: readonly Dropped[]): Problem[] {
  return all.map(({ wanted, excluded }) => {
    const { by, kind } = excluded.verdict;
    if (kind === 'untracked') return isUntracked(wanted);
    const same = all.filter((one) => one.excluded.verdict.by === by);
    return {
      path: wanted,
      problem: kind === 'rule' ? `is required, but left out by ${by}` : `is required, but ${by}`,
      next: includeAgain(same, by, kind),
    };
  });
}

function includeAgain(all: readonly Dropped[], by: string, kind: 'rule' | 'default'): string {
  // As in git, nothing below an excluded folder can be included again.
  const paths = [...new Set(all.map(({ excluded }) => excluded.path))];
  const folder = paths.some((one) => one.endsWith('/'));
  if (kind === 'rule' && folder) return 'Remove or narrow that rule, and commit.';
  const below = kind === 'rule' ? path.posix.dirname(by.replace(/:\d+ .*$/su, '')) : '.';
  const lines = paths.map(
    (one) => `\`!/${path.posix.relative(below, one)}${one.endsWith('/') ? '/' : ''}\``,
  );
  const words = lines.length === 1 ? 'the line' : 'the lines';
  return kind === 'rule'
    ? `Remove or narrow that rule, or add ${words} ${lines.join(' ')} after it, and commit.`
    : `Add ${words} ${lines.join(' ')} to the ignore file, and commit.`;
}

/** Marks the problem `missing`, so that `explainMissing` can find a more precise reason. */
function isUntracked(name: string): Problem {
  return {
    path: name,
    problem: 'is required, but a new file that is not committed',
    next: `Add it (\`git add ${shellWord(name)}\`), then commit.`,
    missing: true,
  };
}

/** File suffixes of tools that commit a pointer or a ciphertext instead of the file. */
const FORMS: [string, string][] = [
  ['.dvc', 'DVC keeps only a pointer in git'],
  ['.gpg', 'only its ciphertext is in git'],
  ['.asc', 'only its ciphertext is in git'],
  ['.age', 'only its ciphertext is in git'],
  ['.enc', 'only its ciphertext is in git'],
  ['.secret', 'git-secret keeps only its ciphertext in git'],
];

function isMissing(wanted: string, walked: Walked): Problem {
  const form = FORMS.find(([end]) => walked.files.some(({ path: name }) => name === wanted + end));
  if (form) {
    return {
      path: wanted,
      problem: `is required, but the commit has only ${wanted}${form[0]}: ${form[1]}`,
      next: `Commit the plain file, or require ${wanted}${form[0]} if the service decrypts or fetches it itself. \`config.file\` can also name a file outside the repository.`,
    };
  }
  const all = walked.files.map((file) => file.path);
  const hint = suggestPath(wanted, all);
  return {
    path: wanted,
    problem: `is required, but not in the commit${hint && `: ${hint}`}`,
    next: 'Commit and push the file, or correct `required:` in argo.yml.',
    misspelt: misspelt(wanted, all),
    missing: true,
  };
}

/** The file beside a required path whose name is most like it. */
function misspelt(wanted: string, all: readonly string[]): string | undefined {
  const folder = path.posix.dirname(wanted);
  const beside = all.filter((one) => path.posix.dirname(one) === folder);
  const names = beside.map((one) => path.posix.basename(one));
  const near = nearestWord(path.posix.basename(wanted), names);
  return near === undefined ? undefined : path.posix.join(folder, near);
}

/** Python uses these files even if they are empty. */
const MAY_BE_EMPTY = new Set(['__init__.py', 'py.typed']);

/** Returns problems for blank files that are required by name, and for blank Python modules in required folders. */
export function blankFiles(required: readonly string[], hashed: readonly Hashed[]): Problem[] {
  const wanted = required.map((one) => normalized(one));
  return hashed
    .filter(({ blank, file }) => blank && !MAY_BE_EMPTY.has(path.posix.basename(file.path)))
    .filter(({ file: { path: name } }) =>
      wanted.some((one) => one === name || (name.endsWith('.py') && includesPath(one, name))),
    )
    .map(({ file }) => ({
      path: file.path,
      problem: `is required, but ${file.bytes === 0 ? 'empty' : 'has only white space'}`,
      next: 'Commit the file with its content, or remove it from `required:` in argo.yml.',
    }));
}

/** Whether a path, folder or glob of argo.yml includes this file. */
export function includesPath(given: string, name: string): boolean {
  const wanted = normalized(given);
  if (name === wanted || name.startsWith(`${wanted}/`)) return true;
  return GLOB.test(wanted) && path.matchesGlob(name, wanted);
}

function normalized(wanted: string): string {
  return wanted.replace(/^\.\//, '').replace(/\/+$/, '');
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
