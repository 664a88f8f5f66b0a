import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ManifestFile } from '../deploy/ports.ts';
import { type StandIn, standInOf } from './stand-ins.ts';

/** Up to here a read at once is over sooner than the thread pool would have begun it. */
const AT_ONCE_BYTES = 1024 * 1024;
/** How long the process may be kept from anything else. */
const SLICE_MS = 8;

export interface Hashed {
  file: ManifestFile;
  /** A pointer or a ciphertext instead of the content. */
  standIn: StandIn | undefined;
  /** Nothing, or nothing but white space. */
  blank: boolean;
}

/** Reads and hashes each file once. */
export async function hashFiles(
  root: string,
  files: readonly Omit<ManifestFile, 'sha256'>[],
): Promise<Hashed[]> {
  const hashed: Hashed[] = [];
  let since = performance.now();
  for (const file of files) {
    const full = path.join(root, file.path);
    const content = file.bytes > AT_ONCE_BYTES ? await readFile(full) : readFileSync(full);
    const sha256 = hash('sha256', content, 'hex');
    hashed.push({
      file: { ...file, bytes: content.length, sha256 },
      standIn: standInOf(content),
      blank: isBlank(content),
    });
    if (performance.now() - since < SLICE_MS) continue;
    await setImmediate();
    since = performance.now();
  }
  return hashed;
}

/** Only a short file is looked at: nobody fills a long one with spaces by mistake. */
function isBlank(content: Buffer): boolean {
  return content.length < 1024 && /^[\s\0]*$/.test(content.toString('latin1'));
}
