// Finds what another user owns in a folder of the bot.
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the path of the folder or of the first entry in it that `uid` does not own; undefined if there is none. */
export function foreignFile(folder: string, uid = process.getuid?.()): string | undefined {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (found.uid !== uid) return folder;
  if (!found.isDirectory()) return undefined;
  for (const name of entriesOf(folder)) {
    const foreign = foreignFile(join(folder, name), uid);
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
