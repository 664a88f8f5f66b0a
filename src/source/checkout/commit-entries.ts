// Decides whether a commit's tree may be written to disk: number of files, size, and names.
import { StageFailed } from '../../deploy/record/errors.ts';
import type { SourceSettings } from '../../deploy/ports/ports.ts';
import { git, type GitAnswer } from '../git/git.ts';
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

/** More than the largest repositories have. Nested trees of a few hundred bytes can name billions of files. */
const MOST_ENTRIES = 200_000;
const MOST_LISTED_BYTES = 64 * 1024 * 1024;
/** So that the path still fits below the folders of this machine and of the hosts. */
const MOST_PATH_BYTES = 1_000;
const MOST_NAME_BYTES = 255;

/** Git's list, one NUL-terminated line for each entry: `100644 blob 1a2b3c… 120<TAB>argo/api.py`. */
export function listEntries(
  gitDirectory: string,
  sha: string,
  signal: AbortSignal,
): Promise<GitAnswer> {
  const args = ['ls-tree', '-r', '-l', '-z', '--full-tree', sha];
  return git(args, { gitDirectory, signal, mostBytes: MOST_LISTED_BYTES });
}

/** Undefined if the text is not a list of `listEntries`. */
export function parseEntries(list: string): Entry[] | undefined {
  const entries: Entry[] = [];
  for (const line of list.split('\0')) {
    if (line === '') continue;
    const [, mode, id, bytes, path] = LINE.exec(line) ?? [];
    if (mode === undefined || id === undefined || path === undefined) return undefined;
    entries.push({ mode, id, bytes: Number(bytes) || 0, path });
  }
  return entries;
}

const LINE = /^(\d{6}) (?:blob|commit) ([0-9a-f]{40}|[0-9a-f]{64}) +(\d+|-)\t([^]+)$/;

/** Fails with `unsafe-tree` before anything is written: a small push may expand to any number of bytes. */
export function refuseUnwritable(
  sha: string,
  listed: Entry[] | 'too-many',
  { max_checkout_bytes: most = Infinity }: SourceSettings,
): void {
  const commit = `Commit ${sha.slice(0, 12)}`;
  if (listed === 'too-many' || listed.length > MOST_ENTRIES) {
    throw refused(
      `${commit} has more than ${MOST_ENTRIES.toLocaleString('en-US')} files, or names too long to list`,
      'Take generated files out of the repository, then deploy the new commit.',
    );
  }
  const unsafe = listed.find(({ path }) => isUnsafe(path));
  if (unsafe !== undefined) {
    const shown = unsafe.path.slice(0, 200).replace(/\p{Cc}/gu, '?');
    throw refused(
      `${commit} has a path that cannot be written: ${shown}`,
      `Rename it: no part of a path may be .git, . or .., or longer than ${MOST_NAME_BYTES} bytes, and no path longer than ${MOST_PATH_BYTES} bytes.`,
    );
  }
  const all = listed.reduce((sum, { bytes }) => sum + bytes, 0);
  if (all <= most) return;
  throw refused(
    `${commit} has ${formatBytes(all)} of files, more than the ${formatBytes(most)} that may be checked out; most of it in ${heaviest(listed)}`,
    'Take the data out of the repository, or raise source.max_checkout_bytes in argo.yml.',
  );
}

function isUnsafe(path: string): boolean {
  if (Buffer.byteLength(path) > MOST_PATH_BYTES) return true;
  return path
    .split('/')
    .some((part) => /^(?:\.{0,2}|\.git)$/i.test(part) || Buffer.byteLength(part) > MOST_NAME_BYTES);
}

function refused(problem: string, next: string): StageFailed {
  return new StageFailed(`${problem}. Nothing of it was written.`, { code: 'unsafe-tree', next });
}
