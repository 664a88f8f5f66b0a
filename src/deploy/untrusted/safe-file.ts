// Decides which files of a checkout may be read: regular ones inside it, up to a size.
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { formatBytes } from './bytes.ts';
import { propertyOf } from './unknown-error.ts';

/** Why a file cannot be read. */
export interface Unreadable {
  kind: 'missing' | 'outside' | 'not-regular' | 'too-large' | 'denied';
  /** The reason in words: `is a link that leaves the checkout`. */
  problem: string;
}

export type SafeFile = { kind: 'file'; content: Buffer } | Unreadable;

/** Reads a file of a checkout. Protects against links that leave the checkout, and against pipes. */
export function readInside(root: string, name: string, maxBytes: number): SafeFile {
  const opened = openInside(root, name, maxBytes);
  if (opened.kind !== 'open') return opened;
  try {
    const content = Buffer.allocUnsafe(opened.bytes);
    let filled = 0;
    while (filled < content.length) {
      const more = readSync(opened.fd, content, filled, content.length - filled, filled);
      if (more === 0) break;
      filled += more;
    }
    // The file may have shrunk since it was opened. Bytes that were added since then are not read.
    return { kind: 'file', content: content.subarray(0, filled) };
  } finally {
    closeSync(opened.fd);
  }
}

/** Returns a file's text; undefined if the file cannot be read for any reason. */
export function textInside(root: string, name: string, maxBytes: number): string | undefined {
  const found = readInside(root, name, maxBytes);
  return found.kind === 'file' ? found.content.toString('utf8') : undefined;
}

/** An open descriptor, which the caller closes. */
type Opened = { kind: 'open'; fd: number; bytes: number };

/** Resolves links, opens the result, and verifies the open file's path: somebody may put a link there meanwhile. */
export function openInside(root: string, name: string, maxBytes: number): Opened | Unreadable {
  let fd: number | undefined;
  try {
    const top = realpathSync.native(root);
    const real = realpathSync.native(path.resolve(top, name));
    if (!isInside(top, real)) return unreadable('outside');
    // O_NONBLOCK: opening a pipe without a writer would block.
    fd = openSync(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = fstatSync(fd);
    if (pathOf(fd, real) !== real) return unreadable('outside');
    if (!found.isFile()) return unreadable('not-regular');
    if (found.size > maxBytes) return tooLarge(maxBytes);
    const opened: Opened = { kind: 'open', fd, bytes: found.size };
    fd = undefined;
    return opened;
  } catch (error) {
    const code = propertyOf(error, 'code');
    const known = typeof code === 'string' ? code : 'unknown';
    return unreadable(KINDS[known] ?? 'denied', known);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Returns the path of an open file, from /proc on Linux, elsewhere by comparing inodes. */
function pathOf(fd: number, real: string): string {
  if (process.platform === 'linux') return readlinkSync(`/proc/self/fd/${fd}`);
  const [opened, there] = [fstatSync(fd), statSync(real)];
  return opened.ino === there.ino && opened.dev === there.dev ? realpathSync.native(real) : '';
}

export function isInside(top: string, real: string): boolean {
  return real.startsWith(top.endsWith(path.sep) ? top : top + path.sep);
}

const KINDS: Record<string, Exclude<Unreadable['kind'], 'too-large'>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  ELOOP: 'outside',
  // Opening a socket fails with ENXIO.
  ENXIO: 'not-regular',
  EISDIR: 'not-regular',
};

export function tooLarge(maxBytes: number): Unreadable {
  return {
    kind: 'too-large',
    problem: `is larger than ${formatBytes(maxBytes)} (${maxBytes} bytes)`,
  };
}

/** Returns the problem in words. `code` is that of the file system's error. */
export function unreadable(kind: Exclude<Unreadable['kind'], 'too-large'>, code = ''): Unreadable {
  const problem = {
    missing: 'is not there',
    outside: 'is a link that leaves the checkout, or leads in a circle',
    'not-regular': 'is not a regular file (a folder, pipe, socket or device)',
    denied: code === 'EACCES' ? "cannot be read by argo-bot's user" : `cannot be read (${code})`,
  }[kind];
  return { kind, problem };
}
