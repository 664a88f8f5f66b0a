// Walks the tree of a release: each path is a file, excluded, or a problem such as an unsafe link.
import { statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isInside, readInside } from '../../deploy/untrusted/safe-file.ts';
import { StageFailed } from '../../deploy/record/errors.ts';
import { createPause } from '../../deploy/untrusted/slices.ts';
import { IgnoreRules, RulesTooSlow } from './ignore-rules.ts';
import type { Exclusion } from './ignore-rules.ts';

export interface Problem {
  path: string;
  problem: string;
  next: string;
  /** A required file is missing. `explainMissing` may know why. */
  missing?: true;
}

export interface Walked {
  /** Regular files, including those behind a link inside the tree. */
  files: { path: string; bytes: number; mode: number }[];
  left: { path: string; verdict: Exclusion }[];
  problems: Problem[];
}

export interface WalkOptions {
  root: string;
  ignoreFile: string;
  /** The paths of the commit, if known. Other files in the folder were created later. */
  committed: { has(path: string): boolean } | undefined;
}

/** Enough for some thousands of rules. */
const MOST_RULES_BYTES = 100_000;
/** Links to folders can multiply the paths of a small tree. */
const MOST_PATHS = 200_000;
const MOST_LINKS = 20;
/** A link takes longer than a file, so it counts as this many paths. */
const PATHS_OF_A_LINK = 20;

const NOT_COMMITTED: Exclusion = {
  by: 'not in the commit',
  kind: 'untracked',
};

/** Fails with `files-too-many`. Ignore rules that exceed a limit are returned as the only problem. */
export async function walk(options: WalkOptions): Promise<Walked> {
  const walked: Walked = { files: [], left: [], problems: [] };
  const real = await realpath(options.root);
  const walker = {
    ...options,
    real,
    rules: new IgnoreRules(),
    walked,
    seen: 0,
    pause: createPause(),
  };
  try {
    await walkFolder(walker, '', [real]);
  } catch (error) {
    if (!(error instanceof RulesTooSlow)) throw error;
    const next = 'Name folders instead of their files, and use fewer stars in it.';
    return { files: [], left: [], problems: [{ path: error.file, problem: error.message, next }] };
  }
  return walked;
}

interface Walker extends WalkOptions {
  real: string;
  rules: IgnoreRules;
  walked: Walked;
  seen: number;
  pause: () => Promise<void>;
}

/** `above` are the real parent folders, to detect links that lead in a circle. */
async function walkFolder(walker: Walker, folder: string, above: string[]): Promise<void> {
  const entries = await readdir(path.join(walker.root, folder), { withFileTypes: true });
  const rules = entries.find(({ name }) => name === walker.ignoreFile);
  if (rules) readRules(walker, folder, rules);
  for (const entry of entries) {
    await walker.pause();
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    walker.seen += entry.isSymbolicLink() ? PATHS_OF_A_LINK : 1;
    if (walker.seen > MOST_PATHS) throw tooManyPaths(name);
    const asked = entry.isDirectory() ? `${name}/` : name;
    const verdict = leftOut(walker, asked, above.length > 1);
    if (verdict !== undefined) walker.walked.left.push({ path: asked, verdict });
    else if (unsafeName(walker, name)) continue;
    else if (entry.isDirectory()) await walkFolder(walker, name, above);
    else if (entry.isSymbolicLink()) await followLink(walker, name, above);
    else if (entry.isFile()) addFile(walker, name);
    else problem(walker, name, 'is not a regular file (a pipe, socket or device)', 'Remove it.');
  }
}

/** Git ignores an ignore file that is a link. Here that is a problem, because its rules would not apply. */
function readRules(walker: Walker, folder: string, entry: Dirent): void {
  const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
  if (entry.isFile()) {
    const found = readInside(walker.root, name, MOST_RULES_BYTES);
    if (found.kind !== 'file') problem(walker, name, found.problem, 'Correct or remove it.');
    else walker.rules.addFile(folder, entry.name, found.content.toString('utf8'));
  } else if (entry.isSymbolicLink()) {
    problem(walker, name, 'is a link, so its rules would not count', 'Commit the file itself.');
  }
}

function leftOut(walker: Walker, name: string, throughLink: boolean): Exclusion | undefined {
  const { committed, rules } = walker;
  // The commit does not list paths below a link to a folder.
  if (committed !== undefined && !throughLink && !committed.has(name)) {
    return rules.excludedBy(name) ?? NOT_COMMITTED;
  }
  return rules.excludedBy(name);
}

function unsafeName(walker: Walker, name: string): boolean {
  const rename = 'Rename it (git mv), or leave it out in the ignore file.';
  if (/\p{Cc}/u.test(name)) {
    problem(walker, name, 'has a line break or control character in its name', rename);
  } else if (name.includes('\\')) {
    // sha256sum, tar and shells each read a backslash in another way.
    problem(walker, name, 'has a backslash in its name', rename);
  } else if (name.includes('\uFFFD')) {
    problem(walker, name, 'has a name that is not UTF-8', rename);
  } else if (name === '.argo') {
    problem(walker, name, 'is the name that argo-bot keeps its own files under', rename);
  } else return false;
  return true;
}

async function followLink(walker: Walker, name: string, above: string[]): Promise<void> {
  const target = await realpath(path.join(walker.root, name)).catch(() => undefined);
  const mend = 'Commit the file itself, or leave the link out in the ignore file.';
  if (target === undefined) {
    const leads = await readlink(path.join(walker.root, name)).catch(() => '');
    const annex = /(?:^|\/)\.git\/annex\/objects\//.test(leads);
    const text = annex
      ? 'is a git-annex link, not the file itself'
      : 'is a link that leads nowhere';
    return problem(walker, name, text, annex ? `Run git annex unannex on it. ${mend}` : mend);
  }
  if (target !== walker.real && !isInside(walker.real, target)) {
    return problem(walker, name, 'is a link that leaves the tree', mend);
  }
  const found = await stat(target);
  if (found.isFile()) return addFile(walker, name);
  if (!found.isDirectory()) return problem(walker, name, 'is a link to no regular file', mend);
  const here = await realpath(path.join(walker.root, path.dirname(name)));
  const circle = [...above, here].some((dir) => `${dir}/`.startsWith(`${target}/`));
  if (above.length > MOST_LINKS)
    return problem(walker, name, `is behind more than ${MOST_LINKS} links to folders`, mend);
  if (circle) return problem(walker, name, 'is a link that leads in a circle', mend);
  return walkFolder(walker, name, [...above, target]);
}

function tooManyPaths(name: string): StageFailed {
  return new StageFailed(
    `The release has more than ${MOST_PATHS} paths, of which a link counts as ${PATHS_OF_A_LINK}; the last one was ${name}.`,
    {
      code: 'files-too-many',
      next: 'Leave folders of data out in the ignore file, and commit no links to folders that hold such links.',
    },
  );
}

/** Synchronous, because thousands of turns through the thread pool take longer. */
function addFile(walker: Walker, name: string): void {
  const { size, mode } = statSync(path.join(walker.root, name));
  walker.walked.files.push({ path: name, bytes: size, mode: mode & 0o100 ? 0o755 : 0o644 });
}

function problem(walker: Walker, name: string, text: string, next: string): void {
  // Replaces control characters, because the name goes into messages.
  walker.walked.problems.push({ path: name.replace(/\p{Cc}/gu, '?'), problem: text, next });
}

/** Whether a path exists, excluded or not. Does not follow links. */
export async function exists(root: string, name: string): Promise<boolean> {
  return lstat(path.join(root, name)).then(
    () => true,
    () => false,
  );
}
