// Walks the tree of a release: each path is a file, excluded, or a problem such as an unsafe link.
import path from 'node:path';
import { CommitRefused } from '../../deploy/record/errors.ts';
import { shellWord } from '../../deploy/untrusted/shell-word.ts';
import { createPause } from '../../deploy/untrusted/slices.ts';
import { ANNEX, nextFor } from './stand-ins.ts';
import { type Exclusion, IgnoreRules, RulesTooSlow } from './ignore-rules.ts';
import type { Tree, TreeEntry, TreeFile } from './tree.ts';
import { exclusionOf, unsafeName, visible } from './unsafe-names.ts';

export interface Problem {
  path: string;
  problem: string;
  next: string;
  /** Set if a required file is missing or blank: `explainMissing` may find out why. */
  missing?: true;
  blank?: true;
  /** The file is not in `required:`, but the `entry` of argo.yml. */
  entry?: true;
  /** A file of the release whose path is almost the missing one. */
  misspelt?: string | undefined;
}

export interface Walked {
  /** Regular files, including those behind a link inside the tree. */
  files: (Omit<TreeFile, 'kind'> & { path: string })[];
  left: { path: string; verdict: Exclusion }[];
  problems: Problem[];
}

/** Size limit of one ignore file: enough for some thousands of rules. */
const MOST_RULES_BYTES = 100_000;
/** Limit of visited paths, because links to folders can multiply the paths of a small tree. */
const MOST_PATHS = 200_000;
const MOST_LINKS = 20;
/** A link takes longer to check than a file, so it counts as this many paths. */
const PATHS_OF_A_LINK = 20;

const NOT_COMMITTED: Exclusion = { by: 'not in the commit', kind: 'untracked' };

/** Fails with `files-too-many` over MOST_PATHS. Ignore rules that exceed a limit are returned as the only problem. */
export async function walk(tree: Tree, ignoreFile: string): Promise<Walked> {
  const walked: Walked = { files: [], left: [], problems: [] };
  const pause = createPause();
  const walker = { tree, ignoreFile, rules: new IgnoreRules(), walked, seen: 0, pause };
  try {
    await walkFolder(walker, '', ['']);
  } catch (error) {
    if (!(error instanceof RulesTooSlow)) throw error;
    const next = 'Name folders instead of their files in it, use fewer stars, commit and push.';
    return { files: [], left: [], problems: [{ path: error.file, problem: error.message, next }] };
  }
  return walked;
}

interface Walker {
  tree: Tree;
  ignoreFile: string;
  rules: IgnoreRules;
  walked: Walked;
  seen: number;
  pause: () => Promise<void>;
}

/** `above` detects circles: the real paths of the folders in which links were followed, and last that of `folder`. */
async function walkFolder(walker: Walker, folder: string, above: string[]): Promise<void> {
  const real = above.at(-1) ?? '';
  const entries = await walker.tree.list(real);
  const rules = entries.get(walker.ignoreFile);
  if (rules) await readRules(walker, folder, rules);
  for (const [last, entry] of entries) {
    await walker.pause();
    const name = path.posix.join(folder, last);
    walker.seen += entry.kind === 'link' ? PATHS_OF_A_LINK : 1;
    if (walker.seen > MOST_PATHS) throw tooManyPaths(walker, name);
    const asked = entry.kind === 'folder' ? `${name}/` : name;
    const unsafe = unsafeName(name, { inside: walker.tree.inside, ignoreFile: walker.ignoreFile });
    const verdict = leftOut(walker, asked, above.length > 1);
    if (verdict !== undefined) walker.walked.left.push({ path: asked, verdict });
    else if (unsafe !== undefined) problem(walker, name, unsafe.problem, unsafe.next);
    else if (entry.kind === 'file') walker.walked.files.push(fileAt(name, entry));
    else if (entry.kind === 'link') await followLink(walker, name, above);
    else if (entry.kind === 'folder')
      await walkFolder(walker, name, [...above.slice(0, -1), path.posix.join(real, last)]);
    else
      problem(
        walker,
        name,
        'is not a regular file (a pipe, socket or device)',
        `Remove it: \`rm ${shellWord(walker.tree.inside + name)}\`.`,
      );
  }
}

const fileAt = (name: string, { bytes, mode, id }: TreeFile): Walked['files'][number] => ({
  path: name,
  bytes,
  mode,
  ...(id === undefined ? {} : { id }),
});

/** Git ignores an ignore file that is a link. Here that is a problem, because its rules would not apply. */
async function readRules(walker: Walker, folder: string, { kind }: TreeEntry): Promise<void> {
  const name = path.posix.join(folder, walker.ignoreFile);
  if (kind === 'file') {
    const found = await walker.tree.read(name, MOST_RULES_BYTES);
    if (found.kind !== 'file') problem(walker, name, found.problem, 'Shorten it, commit and push.');
    else walker.rules.addFile(folder, walker.ignoreFile, found.content.toString('utf8'));
  } else if (kind === 'link') {
    const next = 'Replace the link by the file itself, commit and push.';
    problem(walker, name, 'is a symbolic link, so its rules would not count', next);
  }
}

function leftOut(
  { tree, rules }: Walker,
  name: string,
  throughLink: boolean,
): Exclusion | undefined {
  // Below a link to a folder, isTracked is always false, because git lists only the link.
  const isNew = !throughLink && !tree.isTracked(name);
  return rules.excludedBy(name) ?? (isNew ? NOT_COMMITTED : undefined);
}

async function followLink(walker: Walker, name: string, above: string[]): Promise<void> {
  const target = await walker.tree.resolve(name);
  const exclude = exclusionOf(name, walker.ignoreFile);
  const remove = `\`git rm ${shellWord(walker.tree.inside + name)}\``;
  const fix = `Remove the link (${remove}), or ${exclude}; commit and push. If the service needs the file, commit the file itself.`;
  if (target.kind === 'file') return void walker.walked.files.push(fileAt(name, target));
  if (target.kind === 'folder')
    return followFolder(walker, name, { real: target.real, above, fix });
  const text = await walker.tree.linkText(name);
  const { inside } = walker.tree;
  if (/(?:^|\/)\.git\/annex\/objects\//.test(text)) {
    const next = `${nextFor({ next: ANNEX }, inside + name)} Or ${exclude}.`;
    return problem(walker, name, 'is a git-annex link, not the file itself', next);
  }
  const why = {
    missing: '',
    outside:
      inside === '' ? ', outside the repository' : `, outside the service's folder ${inside}`,
    other: ', which is not a regular file',
  }[target.kind];
  const broken = target.kind === 'missing' ? 'broken ' : '';
  const shown = visible(text).slice(0, 200);
  return problem(walker, name, `is a ${broken}symbolic link to ${shown}${why}`, fix);
}

async function followFolder(
  walker: Walker,
  name: string,
  { real, above, fix }: { real: string; above: string[]; fix: string },
): Promise<void> {
  const circle = real === '' || above.some((one) => `${one}/`.startsWith(`${real}/`));
  const deep = `is behind more than ${MOST_LINKS} symbolic links to folders`;
  if (above.length > MOST_LINKS) return problem(walker, name, deep, fix);
  if (circle) return problem(walker, name, 'is a symbolic link that leads in a circle', fix);
  return walkFolder(walker, name, [...above, real]);
}

function tooManyPaths({ ignoreFile }: Walker, name: string): CommitRefused {
  return new CommitRefused(
    `The release has more than ${MOST_PATHS} paths, of which a link counts as ${PATHS_OF_A_LINK}; the last one was ${name}.`,
    {
      code: 'files-too-many',
      next: `add folders of data to ${ignoreFile}, remove links to folders that contain such links, commit and push, then \`/argo deploy\`.`,
    },
  );
}

function problem(walker: Walker, name: string, text: string, next: string): void {
  walker.walked.problems.push({ path: visible(name), problem: text, next });
}
