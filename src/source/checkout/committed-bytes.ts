// Decides whether the files of a checkout still have the bytes of their commit, by git's hashes.
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { StageFailed } from '../../deploy/record/errors.ts';
import type { Entry } from './commit-entries.ts';
import { dropCheckout } from './export-commit.ts';
import type { Hashed } from '../files/hash-files.ts';

export interface Committed {
  /** The folder of the checkout. */
  top: string;
  /** The service's folder in it: `app/`, or an empty string. */
  inside: string;
  sha: string;
  entries: readonly Entry[];
}

/** Deletes a checkout that differs, and fails with `checkout-changed`. The next deployment makes a new one. */
export async function requireCommitted(
  { top, inside, sha, entries }: Committed,
  hashed: readonly Hashed[],
): Promise<void> {
  const ids = new Map(entries.filter(isFile).map((entry) => [entry.path, entry.id]));
  const differ: string[] = [];
  for (const { file, id } of hashed) {
    const name = `${inside}${file.path}`;
    // A path through a link has no entry of its own, so compare with the entry of its target.
    const wanted = ids.get(name) ?? ids.get(await nameBehind(top, name));
    if (wanted !== id) differ.push(name);
  }
  if (differ.length === 0) return;
  await dropCheckout(top);
  const some = differ.slice(0, 5).join(', ');
  const many = differ.length === 1 ? 'A file' : `${differ.length} files`;
  throw new StageFailed(
    `${many} of the checkout on this machine had other bytes than commit ${sha.slice(0, 12)}: ${some}.`,
    {
      code: 'checkout-changed',
      next: 'The checkout was deleted: deploy again, and it is made anew. If it happens again, find what writes there: a test that changes files of the repository, or a damaged disk.',
    },
  );
}

/** The hash algorithm of the repository, by the length of its ids. */
export function formatOf({ entries }: Committed): 'sha1' | 'sha256' {
  return entries[0]?.id.length === 64 ? 'sha256' : 'sha1';
}

const isFile = ({ mode }: Entry): boolean => mode.startsWith('100');

async function nameBehind(top: string, name: string): Promise<string> {
  const [root, real] = await Promise.all([realpath(top), realpath(path.join(top, name))]);
  return path.relative(root, real);
}
