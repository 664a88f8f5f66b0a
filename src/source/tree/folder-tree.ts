// Gives the files of a developer's folder, for `argo-bot check`: those that git tracks, as they are on the disk.
import { createReadStream, type Dirent, statSync } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isInside, openInside, readInside } from '../../deploy/untrusted/safe-file.ts';
import type { Target, Tree, TreeEntry, TreeFile } from '../files/tree.ts';

/** Returns the folder as a tree: with `tracked`, only these paths; without it, all files. */
export function folderTree(root: string, tracked?: ReadonlySet<string>, inside = ''): Tree {
  const full = (name: string) => path.join(root, name);
  return {
    inside,
    async list(folder) {
      const entries = await readdir(full(folder), { withFileTypes: true });
      return new Map(entries.map((entry) => [entry.name, entryOf(full(folder), entry)]));
    },
    async resolve(name): Promise<Target> {
      const [top, real] = await Promise.all([realpath(root), realpath(full(name))]).catch(() => []);
      if (top === undefined || real === undefined) return { kind: 'missing' };
      if (real !== top && !isInside(top, real)) return { kind: 'outside' };
      const found = await stat(real);
      const below = path.relative(top, real);
      if (found.isFile()) return { ...fileOf(found), real: below };
      return found.isDirectory() ? { kind: 'folder', real: below } : { kind: 'other' };
    },
    exists: async (name) => (await lstat(full(name)).catch(() => undefined)) !== undefined,
    linkText: (name) => readlink(full(name)).catch(() => ''),
    isTracked: (name) => tracked?.has(name) ?? true,
    read: async (name, most, above = '') =>
      readInside(full(above), path.relative(above, name), most),
    async stream(name) {
      const opened = openInside(root, name, Number.MAX_SAFE_INTEGER);
      if (opened.kind !== 'open') return opened;
      const { fd, bytes } = opened;
      // Do not read bytes that were appended after the file was opened.
      return { kind: 'stream', bytes, content: createReadStream('', { fd, end: bytes - 1 }) };
    },
  };
}

/** The entry for one name. Synchronous, because thousands of asynchronous calls take longer. */
function entryOf(folder: string, entry: Dirent): TreeEntry {
  if (entry.isDirectory()) return { kind: 'folder' };
  if (entry.isSymbolicLink()) return { kind: 'link', bytes: 0 };
  return entry.isFile() ? fileOf(statSync(path.join(folder, entry.name))) : { kind: 'other' };
}

function fileOf({ size, mode }: { size: number; mode: number }): TreeFile {
  return { kind: 'file', bytes: size, mode: mode & 0o100 ? 0o755 : 0o644 };
}
