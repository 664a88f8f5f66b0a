import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { known } from './layout.ts';
import type { StageContext } from './stage.ts';

/** The text that decides which virtual environment a release needs; empty without requirements. */
export async function requirementsText({
  ports,
  target,
  facts,
  signal,
}: StageContext): Promise<string> {
  const path = target.settings.python?.requirements;
  if (path === undefined) return '';
  const { sha } = known(facts, 'commit');
  const checkout = await ports.source.checkout(target.settings.source, sha, signal);
  return readFile(join(checkout.directory, path), 'utf8').catch(() => '');
}
