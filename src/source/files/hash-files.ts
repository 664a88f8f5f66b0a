// Reads each file of a release once: its sha256, git's hash, and whether it is blank or encrypted.
import { createHash, hash } from 'node:crypto';
import { StageFailed } from '../../deploy/record/errors.ts';
import type { ManifestFile } from '../../deploy/ports/ports.ts';
import { readInside, readLongInside } from '../../deploy/untrusted/safe-file.ts';
import { createPause } from '../../deploy/untrusted/slices.ts';
import { type StandIn, standInOf } from './stand-ins.ts';

/** A synchronous read of up to this size is faster than a turn through the thread pool. */
const AT_ONCE_BYTES = 1024 * 1024;

export interface Hashed {
  file: ManifestFile;
  /** Set if the file is a pointer or a ciphertext instead of its content. */
  standIn: StandIn | undefined;
  /** The file is empty or has only white space. */
  blank: boolean;
  /** Git's hash of the bytes as a blob. */
  id: string;
}

/** Fails with `files-changed` if a file changes meanwhile. */
export async function hashFiles(
  root: string,
  files: readonly Omit<ManifestFile, 'sha256'>[],
  format: 'sha1' | 'sha256' = 'sha1',
): Promise<Hashed[]> {
  const hashed: Hashed[] = [];
  const pause = createPause();
  for (const file of files) {
    const content = await contentOf(root, file);
    const sha256 = hash('sha256', content, 'hex');
    hashed.push({
      file: { ...file, bytes: content.length, sha256 },
      standIn: standInOf(content),
      blank: isBlank(content),
      id: idOf(content, format),
    });
    await pause();
  }
  return hashed;
}

function idOf(content: Buffer, format: 'sha1' | 'sha256'): string {
  return createHash(format).update(`blob ${content.length}\0`).update(content).digest('hex');
}

async function contentOf(
  root: string,
  { path, bytes }: Pick<ManifestFile, 'path' | 'bytes'>,
): Promise<Buffer> {
  const read = bytes > AT_ONCE_BYTES ? readLongInside : readInside;
  const found = await read(root, path, bytes);
  if (found.kind === 'file') return found.content;
  throw new StageFailed(`${path} changed while it was read: it ${found.problem}.`, {
    code: 'files-changed',
    next: 'Deploy again, and see what else writes into the checkouts of argo-bot.',
  });
}

/** Long files are not searched: nobody fills a long file with spaces by mistake. */
function isBlank(content: Buffer): boolean {
  return content.length < 1024 && /^[\s\0]*$/.test(content.toString('latin1'));
}
