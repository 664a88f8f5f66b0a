// Reads the Python requirements that are installed into a release's virtual environment.
import { requireFact } from '../record/facts.ts';
import type { DeclaredRequirements, Requirements } from '../ports/ports.ts';
import type { Target } from '../settings/settings.ts';
import type { StageContext } from '../step/stage.ts';

export function declaredRequirements({
  settings: { python },
}: Pick<Target, 'settings'>): DeclaredRequirements | undefined {
  if (python?.requirements === undefined) return undefined;
  return { ...python, requirements: python.requirements };
}

/** Reads the requirements of a commit; undefined if none are declared. */
export async function readRequirements(
  { ports, target, signal, facts }: StageContext,
  sha = requireFact(facts, 'commit').sha,
): Promise<Requirements | undefined> {
  const { source, files } = target.settings;
  const declared = declaredRequirements(target);
  if (declared === undefined) return undefined;
  const commit = await ports.source.files(source, sha, signal);
  return (await commit.requirements(files, declared)).requirements;
}
