import { statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isInside, readInside } from '../../deploy/untrusted/safe-file.ts';
import { StageFailed } from '../../deploy/record/errors.ts';
import { slices } from '../../deploy/untrusted/slices.ts';
import { IgnoreRules, RulesTooSlow } from './ignore-rules.ts';
import type { Verdict } from './ignore-rules.ts';

export interface Problem {
  path: string;
  problem: string;
  next: string;
  /** A required file that is not there: whoever knows the repository can say why. */
  missing?: true;
}

export interface Walked {
  /** Regular files, also those reached through a link inside the tree. */
  files: { path: string; bytes: number; mode: number }[];
  left: { path: string; verdict: Verdict }[];
  problems: Problem[];
}

export interface WalkOptions {
  root: string;
  ignoreFile: string;
  /** The commit's own paths, when known: anything else in the folder was made later. */
  committed: { has(path: string): boolean } | undefined;
}

/** Some thousands of rules. */
const MOST_RULES_BYTES = 100_000;
/** Links to folders can make much of little: so many paths of a tree are looked at. */
const MOST_PATHS = 200_000;
const MOST_LINKS = 20;
/** A link costs more than a file does. */
const PATHS_OF_A_LINK = 20;

const NOT_COMMITTED: Verdict = {
  by: 'not in the commit',
  kind: 'untracked',
};

/** Every path under the root once, each either a file, left out, or a problem. */
export async function walk(options: WalkOptions): Promise<Walked> {
  const walked: Walked = { files: [], left: [], problems: [] };
  const real = await realpath(options.root);
  const walker = { ...options, real, rules: new IgnoreRules(), walked, seen: 0, pause: slices() };
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

/** `above` are the real folders on the way here, so that a link cannot lead in circles. */
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

/** As in git, a link is no ignore file; but here that would put into a release what it was to keep out. */
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

function leftOut(walker: Walker, name: string, throughLink: boolean): Verdict | undefined {
  const { committed, rules } = walker;
  // Below a link to a folder the names are the link's, which the commit does not list.
  if (committed !== undefined && !throughLink && !committed.has(name)) {
    return rules.leavesOut(name) ?? NOT_COMMITTED;
  }
  return rules.leavesOut(name);
}

function unsafeName(walker: Walker, name: string): boolean {
  const rename = 'Rename it (git mv), or leave it out in the ignore file.';
  if (/\p{Cc}/u.test(name)) {
    problem(walker, name, 'has a line break or control character in its name', rename);
  } else if (name.includes('\\')) {
    // sha256sum escapes it, tar and shells each read it their own way: not worth one file.
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

/** At once: thousands of turns through the thread pool take longer than the questions. */
function addFile(walker: Walker, name: string): void {
  const { size, mode } = statSync(path.join(walker.root, name));
  walker.walked.files.push({ path: name, bytes: size, mode: mode & 0o100 ? 0o755 : 0o644 });
}

function problem(walker: Walker, name: string, text: string, next: string): void {
  // A name goes into messages, so what cannot be seen is shown as `?`.
  walker.walked.problems.push({ path: name.replace(/\p{Cc}/gu, '?'), problem: text, next });
}

/** Is there anything at this path, left out or not? */
export async function exists(root: string, name: string): Promise<boolean> {
  return lstat(path.join(root, name)).then(
    () => true,
    () => false,
  );
}
