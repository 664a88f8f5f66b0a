// Finds the sha256 and size of each file of a release, and whether it is blank, encrypted or a pointer.
import { createHash } from 'node:crypto';
import { StageFailed } from '../../deploy/record/errors.ts';
import type { ManifestFile } from '../../deploy/ports/ports.ts';
import { readAhead } from '../../deploy/untrusted/read-ahead.ts';
import { createPause } from '../../deploy/untrusted/slices.ts';
import { codeVersion, type FactStore } from '../fact-store.ts';
import { MOST_SEARCHED, type StandIn, standInOf } from './stand-ins.ts';
import type { Tree } from './tree.ts';
import type { Walked } from './walk.ts';

/** The facts about a file's content that the store keeps. */
export interface FileFacts {
  bytes: number;
  sha256: string;
  /** Set if the file is only a pointer (Git LFS) or ciphertext (sops) in place of the real file. */
  standIn?: StandIn;
  /** The file is empty or has only white space. */
  blank?: true;
}

export interface Hashed {
  file: ManifestFile;
  standIn: StandIn | undefined;
  blank: boolean;
}

/** Files over this size are read in pieces. */
const AT_ONCE_BYTES = 1024 * 1024;
const FILES_AHEAD = 16;
const VERSION = codeVersion(import.meta.dirname);

/** Reads only files whose git id the store does not know. Fails with `files-changed` if a file is gone or has grown. */
export async function hashFiles(
  tree: Tree,
  files: Walked['files'],
  store?: FactStore<FileFacts>,
): Promise<Hashed[]> {
  const pause = createPause();
  const facts = new Map<File, Readonly<FileFacts>>();
  for (const file of files) {
    const known = file.id === undefined ? undefined : store?.get(keyOf(file.id));
    if (known !== undefined) facts.set(file, known);
    await pause();
  }
  const unknown = files.filter((file) => !facts.has(file));
  const factsIn = (file: File): Promise<FileFacts> => measure(tree, file);
  for await (const [file, found] of readAhead(unknown, FILES_AHEAD, factsIn)) {
    facts.set(file, found);
    if (file.id !== undefined) store?.set(keyOf(file.id), found);
    await pause();
  }
  const hashed: Hashed[] = [];
  for (const file of files) {
    const { path, mode } = file;
    const found = facts.get(file);
    if (found === undefined) continue;
    const { bytes, sha256, standIn, blank = false } = found;
    hashed.push({ file: { path, mode, bytes, sha256 }, standIn, blank });
    await pause();
  }
  return hashed;
}

type File = Walked['files'][number];

const keyOf = (id: string): string => `${VERSION} ${id}`;

async function measure(tree: Tree, file: File): Promise<FileFacts> {
  const hash = createHash('sha256');
  const pause = createPause();
  // The beginning of the file, in which standInOf searches for pointers and ciphertext.
  const head: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(tree, file)) {
    hash.update(chunk);
    if (bytes <= MOST_SEARCHED) head.push(chunk);
    bytes += chunk.length;
    await pause();
  }
  const content = Buffer.concat(head);
  const standIn = standInOf(content, bytes);
  // Only short files count as blank: people do not fill a long file with spaces by mistake.
  const blank = content.length < 1024 && /^[\s\0]*$/.test(content.toString('latin1'));
  return {
    bytes,
    sha256: hash.digest('hex'),
    ...(standIn === undefined ? {} : { standIn }),
    ...(blank ? { blank } : {}),
  };
}

async function* chunksOf(
  tree: Tree,
  { path, bytes }: Walked['files'][number],
): AsyncGenerator<Buffer, void> {
  const found = await (bytes > AT_ONCE_BYTES ? tree.stream(path) : tree.read(path, bytes));
  if (found.kind === 'file') yield found.content;
  else if (found.kind === 'stream') yield* found.content as AsyncIterable<Buffer>;
  else throw changed(path, found.problem);
}

function changed(path: string, problem: string): StageFailed {
  return new StageFailed(`${path} changed while it was read: it ${problem}.`, {
    code: 'files-changed',
    next: 'try again. If it fails again, find out what else writes into this folder.',
  });
}
