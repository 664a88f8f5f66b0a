// Decides whether a commit's tree may be deployed: number of files, size, names, and submodules.
import path from 'node:path';
import { CommitRefused } from '../../deploy/record/errors.ts';
import { createPause } from '../../deploy/untrusted/slices.ts';
import { git, type GitAnswer, type Repository } from '../git/git.ts';
import { formatBytes } from '../../deploy/untrusted/bytes.ts';
import { heaviest } from '../files/too-large.ts';

/** A file, link or submodule of a commit. */
export interface Entry {
  mode: string;
  /** Git's hash of the bytes. */
  id: string;
  bytes: number;
  path: string;
}

/** Limit of files. The largest repositories have fewer, but nested trees of a few hundred bytes can name billions. */
const MOST_ENTRIES = 200_000;
const MOST_LISTED_BYTES = 64 * 1024 * 1024;
/** Limit of a path. Systems limit whole paths, which also contain the folder of the release on a host. */
const MOST_PATH_BYTES = 1_000;
const MOST_NAME_BYTES = 255;

/** Git's list of a commit's files, NUL-terminated lines: `100644 blob 1a2b3c… 120<TAB>argo/api.py`. */
export function listEntries(repository: Repository, sha: string): Promise<GitAnswer> {
  const args = ['ls-tree', '-r', '-l', '-z', '--full-tree', sha];
  return git(args, { ...repository, mostBytes: MOST_LISTED_BYTES });
}

const LINE = /^(\d{6}) (?:blob|commit) ([0-9a-f]{40}|[0-9a-f]{64}) +(\d+|-)\t([^]+)$/;

/** Parses the answer of `listEntries`. Fails with `unsafe-tree` before the content of any file is read. */
export async function parseEntries(sha: string, answer: GitAnswer): Promise<Entry[]> {
  const entries: Entry[] = [];
  const pause = createPause();
  const text = answer.stdout;
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\0', from);
    const [, mode, id, bytes, name] = LINE.exec(text.slice(from, end)) ?? [];
    const isEntry = mode !== undefined && id !== undefined && name !== undefined;
    if (!isEntry || entries.length === MOST_ENTRIES) throw tooMany(sha);
    if (isUnsafe(name)) throw unsafeName(sha, name);
    entries.push({ mode, id, bytes: Number(bytes) || 0, path: name });
    from = end + 1;
    await pause();
  }
  if (answer.cut === true) throw tooMany(sha);
  return entries;
}

/** Fails with `unsafe-tree` if the files have more than `most` bytes: a small push may expand to any size. */
export function refuseTooLarge(sha: string, entries: readonly Entry[], most = Infinity): void {
  const all = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  if (all <= most) return;
  throw refused(
    sha,
    `has ${formatBytes(all)} of files, more than the allowed ${formatBytes(most)}; most of it in ${heaviest(entries)}`,
    'remove the data from the repository, or raise source.max_checkout_bytes in argo.yml.',
  );
}

/** Fails with `submodules`: a commit has only a pointer to a submodule, so its files would be missing. */
export function refuseSubmodules(entries: readonly Entry[], directory: string): void {
  const inside = path.posix.join('/', directory, '/');
  const modules = entries
    .filter(({ mode, path: name }) => mode === '160000' && `/${name}/`.startsWith(inside))
    .map(({ path: name }) => name);
  if (modules.length === 0) return;
  const are = modules.length === 1 ? 'is a git submodule' : 'are git submodules';
  throw new CommitRefused(`${modules.join(', ')} ${are}; argo-bot does not fetch submodules.`, {
    code: 'submodules',
    next: 'put those files into the repository itself (git subtree, or a package in requirements.txt), commit and push, then `/argo deploy`.',
  });
}

function isUnsafe(name: string): boolean {
  if (isLong(name, MOST_PATH_BYTES)) return true;
  const parts = name.split('/');
  return parts.some((part) => /^(?:\.{0,2}|\.git)$/i.test(part) || isLong(part, MOST_NAME_BYTES));
}

/** A UTF-16 unit has at most three bytes in UTF-8, so the bytes of most names need not be counted. */
const isLong = (text: string, most: number): boolean =>
  text.length * 3 > most && Buffer.byteLength(text) > most;

function tooMany(sha: string): CommitRefused {
  return refused(
    sha,
    `has more than ${MOST_ENTRIES.toLocaleString('en-US')} files, or names too long to list`,
    'remove generated files from the repository, commit and push, then `/argo deploy`.',
  );
}

function unsafeName(sha: string, name: string): CommitRefused {
  const shown = name.slice(0, 200).replace(/\p{Cc}/gu, '?');
  return refused(
    sha,
    `has a path that cannot be written: ${shown}`,
    `rename it: no part of a path can be .git, . or .., or longer than ${MOST_NAME_BYTES} bytes, and no path longer than ${MOST_PATH_BYTES} bytes. Commit and push, then \`/argo deploy\`.`,
  );
}

function refused(sha: string, problem: string, next: string): CommitRefused {
  return new CommitRefused(`Commit ${sha.slice(0, 12)} ${problem}.`, {
    code: 'unsafe-tree',
    next,
  });
}
