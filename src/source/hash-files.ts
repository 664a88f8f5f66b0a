import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ManifestFile } from '../deploy/ports.ts';

/** Up to here a read at once is over sooner than the thread pool would have begun it. */
const AT_ONCE_BYTES = 1024 * 1024;
/** How long the process may be kept from anything else. */
const SLICE_MS = 8;

/** Hashes each file once, and says which is a Git LFS pointer instead of its content. */
export async function hashFiles(
  root: string,
  files: readonly Omit<ManifestFile, 'sha256'>[],
): Promise<{ file: ManifestFile; pointer: boolean }[]> {
  const hashed: { file: ManifestFile; pointer: boolean }[] = [];
  let since = performance.now();
  for (const file of files) {
    const full = path.join(root, file.path);
    const content = file.bytes > AT_ONCE_BYTES ? await readFile(full) : readFileSync(full);
    const sha256 = hash('sha256', content, 'hex');
    hashed.push({ file: { ...file, bytes: content.length, sha256 }, pointer: isPointer(content) });
    if (performance.now() - since < SLICE_MS) continue;
    await setImmediate();
    since = performance.now();
  }
  return hashed;
}

const POINTER = Buffer.from('version https://git-lfs.github.com/spec/');

function isPointer(content: Buffer): boolean {
  return content.length < 1024 && content.subarray(0, POINTER.length).equals(POINTER);
}
