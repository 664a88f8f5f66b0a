import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { ManifestFile } from '../deploy/ports.ts';

/** More only wait for the same disk and thread pool. */
const AT_ONCE = 8;

/** Hashes each file once, and says which is a Git LFS pointer instead of its content. */
export async function hashFiles(
  root: string,
  files: readonly Omit<ManifestFile, 'sha256'>[],
): Promise<{ file: ManifestFile; pointer: boolean }[]> {
  const hashed: { file: ManifestFile; pointer: boolean }[] = [];
  const waiting = files.entries();
  const lane = async (): Promise<void> => {
    for (const [index, file] of waiting) {
      const { sha256, pointer, bytes } = await hashFile(path.join(root, file.path));
      hashed[index] = { file: { ...file, bytes, sha256 }, pointer };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return hashed;
}

const POINTER = Buffer.from('version https://git-lfs.github.com/spec/');

async function hashFile(name: string) {
  const file = await open(name);
  try {
    const content = await file.readFile();
    const sha256 = createHash('sha256').update(content).digest('hex');
    const pointer = content.length < 1024 && content.subarray(0, POINTER.length).equals(POINTER);
    return { sha256, pointer, bytes: content.length };
  } finally {
    await file.close();
  }
}
