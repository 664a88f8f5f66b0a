// Finds what another user owns in the folder of the private Redis.
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the path of the folder or of the first entry in it that another user owns; undefined if there is none. */
export function foreignFile(folder: string): string | undefined {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (found.uid !== process.getuid?.()) return folder;
  if (!found.isDirectory()) return undefined;
  for (const name of entriesOf(folder)) {
    const foreign = foreignFile(join(folder, name));
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Its own user closed the folder, or it is gone. The failure that led here says so.
    return [];
  }
}
