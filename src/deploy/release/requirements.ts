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

export function requirementsOf(context: StageContext): Promise<Requirements | undefined> {
  return requirementsAt(context, requireFact(context.facts, 'commit').sha);
}

/** Reads the requirements of the commit `sha`; undefined if none are declared. */
export async function requirementsAt(
  { ports, target, signal }: StageContext,
  sha: string,
): Promise<Requirements | undefined> {
  const { source, files } = target.settings;
  const declared = declaredRequirements(target);
  if (declared === undefined) return undefined;
  const commit = await ports.source.files(source, sha, signal);
  return (await commit.requirements(files, declared)).requirements;
}
