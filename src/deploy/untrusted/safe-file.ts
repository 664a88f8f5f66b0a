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

/** `missing` is often no problem. */
export interface Unreadable {
  kind: 'missing' | 'outside' | 'not-regular' | 'too-large' | 'denied';
  /** `is a link that leaves the checkout` */
  problem: string;
}

export type SafeFile = { kind: 'file'; content: Buffer } | Unreadable;

/** Reads a file of a checkout, whose links and pipes are untrusted. `most` in bytes. */
export function readInside(root: string, name: string, most: number): SafeFile {
  const opened = openInside(root, name, most);
  if (opened.kind !== 'open') return opened;
  try {
    const content = Buffer.allocUnsafe(opened.bytes);
    let filled = 0;
    while (filled < content.length) {
      const more = readSync(opened.fd, content, filled, content.length - filled, filled);
      if (more === 0) break;
      filled += more;
    }
    // The file may have shrunk; bytes that were added are not read.
    return { kind: 'file', content: content.subarray(0, filled) };
  } finally {
    closeSync(opened.fd);
  }
}

/** The file's text; undefined if it cannot be read, for whatever reason. */
export function textInside(root: string, name: string, most: number): string | undefined {
  const found = readInside(root, name, most);
  return found.kind === 'file' ? found.content.toString('utf8') : undefined;
}

/** An open descriptor, which the caller closes. */
export type Opened = { kind: 'open'; fd: number; bytes: number };

/** Opens without following links, and compares with the resolved name: no link can be placed in between. */
export function openInside(root: string, name: string, most: number): Opened | Unreadable {
  let fd: number | undefined;
  try {
    const top = realpathSync.native(root);
    const real = realpathSync.native(path.resolve(top, name));
    if (!isInside(top, real)) return unreadable('outside');
    // O_NONBLOCK: opening a pipe without a writer would block.
    fd = openSync(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = fstatSync(fd);
    if (placeOf(fd, real) !== real) return unreadable('outside');
    if (!found.isFile()) return unreadable('not-regular');
    if (found.size > most) return tooLarge(most);
    const opened: Opened = { kind: 'open', fd, bytes: found.size };
    fd = undefined;
    return opened;
  } catch (error) {
    return unreadable(KINDS[codeOf(error)] ?? 'denied', codeOf(error));
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The path of an open file: by /proc on Linux, elsewhere by inode. */
function placeOf(fd: number, real: string): string {
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
  // A socket.
  ENXIO: 'not-regular',
  EISDIR: 'not-regular',
};

export function tooLarge(most: number): Unreadable {
  return { kind: 'too-large', problem: `is larger than ${formatBytes(most)} (${most} bytes)` };
}

/** `code` is that of a file system's error. */
export function unreadable(kind: Exclude<Unreadable['kind'], 'too-large'>, code = ''): Unreadable {
  const problem = {
    missing: 'is not there',
    outside: 'is a link that leaves the checkout, or leads in a circle',
    'not-regular': 'is not a regular file (a folder, pipe, socket or device)',
    denied:
      code === 'EACCES' ? 'may not be read by the user of the bot' : `cannot be read (${code})`,
  }[kind];
  return { kind, problem };
}

function codeOf(error: unknown): string {
  const coded = typeof error === 'object' && error !== null && 'code' in error;
  return coded ? String(error.code) : 'unknown';
}
