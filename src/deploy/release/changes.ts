// Decides which files, packages and config keys of a release differ from the live release.
import { type Facts, requireFact, type ConfigChange } from '../record/facts.ts';
import type { FileDiff } from '../ports/ports.ts';
import { isFailure } from '../record/errors.ts';
import { readRequirements } from './requirements.ts';
import type { StageContext } from '../step/stage.ts';

/** How a release's files differ from those of a host's live release. `from` is undefined if nothing is live. */
export interface SinceLive {
  from: string | undefined;
  diff: FileDiff;
}

/** The journal gets at most this many file names for each kind of change; the counts include all files. */
const MAX_NAMES = 200;

/** Groups hosts by their live release, the largest group first. `diff` has the file names of that group only. */
export function fileChanges(byHost: Readonly<Record<string, SinceLive>>): {
  diff: FileDiff;
  fileChanges: NonNullable<Facts['fileChanges']>;
} {
  const groups = new Map<string, { since: SinceLive; hosts: string[] }>();
  for (const [host, since] of Object.entries(byHost)) {
    const group = groups.get(since.from ?? '') ?? { since, hosts: [] };
    group.hosts.push(host);
    groups.set(since.from ?? '', group);
  }
  const sorted = [...groups.values()].toSorted((a, b) => b.hosts.length - a.hosts.length);
  const largest = sorted[0]?.since.diff ?? { added: [], changed: [], deleted: [] };
  return {
    diff: {
      added: largest.added.slice(0, MAX_NAMES),
      changed: largest.changed.slice(0, MAX_NAMES),
      deleted: largest.deleted.slice(0, MAX_NAMES),
    },
    fileChanges: sorted.map(({ since: { from, diff }, hosts }) => ({
      hosts,
      from,
      added: diff.added.length,
      changed: diff.changed.length,
      deleted: diff.deleted.length,
    })),
  };
}

const MAX_REASONS = 12;
const MAX_PATHS = 12;

/** Groups excluded files by the reason for the exclusion, the reason with the most files first. */
export function excludedByReason(
  excluded: readonly { path: string; by: string }[],
): NonNullable<Facts['leftOut']> {
  return [...Map.groupBy(excluded, ({ by }) => by)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, MAX_REASONS)
    .map(([by, files]) => ({
      by,
      count: files.length,
      paths: files.slice(0, MAX_PATHS).map(({ path }) => path),
    }));
}

/** At most this many changed packages are kept in the journal; `count` includes all. */
const MAX_PACKAGES = 200;

/** Compares required packages with the live commit. Returns {} if git lacks that commit. */
export async function packageChanges(
  context: StageContext,
  live: string | undefined,
): Promise<Pick<Facts, 'packageChanges'>> {
  const { ports, target, facts, signal } = context;
  const { sha } = requireFact(facts, 'commit');
  const now = await readRequirements(context);
  if (now === undefined || live === undefined || live === sha) return {};
  const changed = await ports.source.changed(target.settings.source, live, sha, signal);
  if (changed === undefined || !now.files.some((file) => changed.has(file))) return {};
  try {
    const before = await readRequirements(context, live);
    return { packageChanges: diffPackages(before?.packages ?? {}, now.packages) };
  } catch (error) {
    // After a forced push the repository may no longer have the live commit.
    if (isFailure(error)) return {};
    throw error;
  }
}

type Texts = Readonly<Record<string, string>>;

export function diffPackages(before: Texts, after: Texts): NonNullable<Facts['packageChanges']> {
  const changes = differences(before, after).map(({ key, was, now }) => ({
    package: key,
    before: was,
    after: now,
  }));
  return { count: changes.length, some: changes.slice(0, MAX_PACKAGES) };
}

/** Compares the fingerprints (keyed hashes of values) of two configs, by key. */
export function changesBetween(was: Texts, now: Texts): ConfigChange[] {
  return differences(was, now).filter((change) => !isOlderForm(change));
}

/** Uses maps, because an object would find its inherited property for a key such as `constructor`. */
function differences(before: Texts, after: Texts): ConfigChange[] {
  const [old, current] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...current.keys()])]
    .toSorted()
    .map((key) => ({ key, was: old.get(key), now: current.get(key) }))
    .filter(({ was, now }) => was !== now);
}

/** True if the values are equal, but one fingerprint is of an older version of argo-bot and has no `+` part. */
function isOlderForm({ was = '', now = '' }: ConfigChange): boolean {
  return was.includes('+') !== now.includes('+') && was.split('+')[0] === now.split('+')[0];
}

/** True if both fingerprints are of one number in different notations, such as `1.0` and `1.00`. */
export function isRewritten({ was, now }: ConfigChange): boolean {
  return was !== undefined && was.split('+')[0] === now?.split('+')[0];
}
