// Gives a commit's files from git's objects: nothing is written, links are followed in memory.
import path from 'node:path';
import type { Readable } from 'node:stream';
import { type SafeFile, tooLarge, unreadable } from '../../deploy/untrusted/safe-file.ts';
import { createPause } from '../../deploy/untrusted/slices.ts';
import type { Target, Tree, TreeEntry } from '../files/tree.ts';
import type { BlobName } from '../git/blob.ts';
import type { Entry } from './commit-entries.ts';

export interface Blobs {
  read(blob: BlobName): Promise<Buffer>;
  stream(blob: BlobName): Promise<Readable>;
}

type Node = TreeEntry & { id?: string };
type Folders = ReadonlyMap<string, ReadonlyMap<string, Node>>;

/** The kernel follows no more symbolic links than this in one path. */
const MOST_LINKS = 40;
const LONGEST_LINK = 4_096;
const EMPTY: ReadonlyMap<string, Node> = new Map();

/** All folders of a commit by their path in the repository; '' is the top. */
export async function foldersOf(entries: readonly Entry[]): Promise<Folders> {
  const folders = new Map<string, Map<string, Node>>([['', new Map()]]);
  const folderAt = (name: string): Map<string, Node> => {
    const known = folders.get(name);
    if (known) return known;
    const made = new Map<string, Node>();
    folders.set(name, made);
    const [above, last] = split(name);
    folderAt(above).set(last, { kind: 'folder' });
    return made;
  };
  const pause = createPause();
  for (const entry of entries) {
    const [above, last] = split(entry.path);
    folderAt(above).set(last, nodeOf(entry));
    await pause();
  }
  return folders;
}

function nodeOf({ mode, id, bytes }: Entry): Node {
  if (mode === '120000') return { kind: 'link', id, bytes };
  // A submodule outside the service's folder: `refuseSubmodules` has refused those inside it.
  if (mode === '160000') return { kind: 'folder' };
  return { kind: 'file', id, bytes, mode: mode === '100755' ? 0o755 : 0o644 };
}

function split(name: string): [above: string, last: string] {
  const slash = name.lastIndexOf('/');
  return slash === -1 ? ['', name] : [name.slice(0, slash), name.slice(slash + 1)];
}

/** The tree below `directory` of the repository; undefined if the commit has no such folder. */
export function commitTree(folders: Folders, blobs: Blobs, directory: string): Tree | undefined {
  const top = plain(directory);
  if (!folders.has(top)) return undefined;
  const full = (name: string): string => plain(path.posix.join(top, name));
  const nodeAt = (name: string): Node | undefined => {
    const [above, last] = split(full(name));
    return folders.get(above)?.get(last);
  };
  const textOf = async (node: Node | undefined): Promise<string> => {
    if (node?.kind !== 'link' || node.bytes > LONGEST_LINK) return '';
    return (await blobs.read({ id: node.id ?? '', bytes: node.bytes })).toString('utf8');
  };
  const resolve = async (name: string, above = ''): Promise<Target> => {
    const found = await follow(folders, textOf, `${top}/${name}`);
    if (!('real' in found)) return found;
    if (!isBelow(full(above), found.real)) return { kind: 'outside' };
    return { ...found, real: path.posix.relative(top, found.real) };
  };
  const open = async (name: string, above?: string) => {
    const found = await resolve(name, above);
    if (found.kind === 'file') return { ...found, id: found.id ?? '' };
    return unreadable(
      found.kind === 'folder' || found.kind === 'other' ? 'not-regular' : found.kind,
    );
  };
  return {
    inside: top === '' ? '' : `${top}/`,
    list: async (folder) => folders.get(full(folder)) ?? EMPTY,
    resolve: (name) => resolve(name),
    exists: async (name) => nodeAt(name) !== undefined,
    linkText: (name) => textOf(nodeAt(name)),
    isTracked: () => true,
    async read(name, most, above): Promise<SafeFile> {
      const found = await open(name, above);
      if (found.kind !== 'file') return found;
      if (found.bytes > most) return tooLarge(most);
      return { kind: 'file', content: await blobs.read(found) };
    },
    async stream(name) {
      const found = await open(name);
      if (found.kind !== 'file') return found;
      return { kind: 'stream', bytes: found.bytes, content: await blobs.stream(found) };
    },
  };
}

/** Normalizes a path: without `.` and without a slash at its end; '' is the top folder. */
const plain = (name: string): string =>
  path.posix.normalize(name).replace(/\/$/, '').replace(/^\.$/, '');

const isBelow = (base: string, name: string): boolean =>
  base === '' || name === base || name.startsWith(`${base}/`);

/** Resolves `name` and the symbolic links in it. Both `name` and `real` are relative to the repository's top folder. */
async function follow(
  folders: Folders,
  textOf: (link: Node) => Promise<string>,
  name: string,
): Promise<Target> {
  const open = name.split('/');
  const at: string[] = [];
  let links = 0;
  for (let part = open.shift(); part !== undefined; part = open.shift()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.pop() === undefined) return { kind: 'outside' };
      continue;
    }
    const node = folders.get(at.join('/'))?.get(part);
    if (node === undefined) return { kind: 'missing' };
    if (node.kind === 'link') {
      const text = await textOf(node);
      links += 1;
      if (text === '' || links > MOST_LINKS) return { kind: 'missing' };
      if (text.startsWith('/')) return { kind: 'outside' };
      open.unshift(...text.split('/'));
      continue;
    }
    at.push(part);
    if (node.kind === 'file') {
      return open.some((rest) => rest !== '')
        ? { kind: 'missing' }
        : { ...node, real: at.join('/') };
    }
  }
  return { kind: 'folder', real: at.join('/') };
}
