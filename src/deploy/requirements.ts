import { known } from './layout.ts';
import type { Requirements } from './ports.ts';
import type { StageContext } from './stage.ts';

/** What of the release its virtual environment is made from; undefined without requirements. */
export async function requirementsOf({
  ports,
  target,
  facts,
  signal,
}: StageContext): Promise<Requirements | undefined> {
  const { python, source, files } = target.settings;
  if (python?.requirements === undefined) return undefined;
  const { sha } = known(facts, 'commit');
  const checkout = await ports.source.checkout(source, sha, signal);
  return (await ports.source.requirements(checkout, files, python.requirements)).requirements;
}
