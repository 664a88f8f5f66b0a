// Decides which packages a release adds, removes or changes, compared with the live commit.
import { isFailure } from '../record/errors.ts';
import { type Facts, requireFact } from '../record/facts.ts';
import { requirementsAt } from './requirements.ts';
import type { StageContext } from '../step/stage.ts';

/** Most changes kept in the journal; the count is complete. */
const MOST = 200;

/** Empty if the live commit cannot be read; the approval card still shows changed files. */
export async function packageChanges(
  context: StageContext,
  live: string | undefined,
): Promise<Pick<Facts, 'packageChanges'>> {
  const { ports, target, facts, signal } = context;
  const { sha } = requireFact(facts, 'commit');
  const now = await requirementsAt(context, sha);
  if (now === undefined || live === undefined || live === sha) return {};
  const changed = await ports.source.changed(target.settings.source, live, sha, signal);
  if (changed === undefined || !now.files.some((file) => changed.has(file))) return {};
  try {
    const before = await requirementsAt(context, live);
    return { packageChanges: diffPackages(before?.packages ?? {}, now.packages) };
  } catch (error) {
    // The repository may no longer have the live commit.
    if (isFailure(error)) return {};
    throw error;
  }
}

type Packages = Readonly<Record<string, string>>;

export function diffPackages(
  before: Packages,
  after: Packages,
): NonNullable<Facts['packageChanges']> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const changes = names.flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    if (was === is) return [];
    return [
      {
        package: name,
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { after: is }),
      },
    ];
  });
  return { count: changes.length, some: changes.slice(0, MOST) };
}
