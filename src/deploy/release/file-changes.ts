// Decides which files of a release are new to users, by the releases that hosts have now.
import type { Facts } from '../record/facts.ts';
import type { FileDiff } from '../ports/ports.ts';

/** Files that are new on a host, and the release that it has now. */
export interface SinceLive {
  from: string | undefined;
  diff: FileDiff;
}

/** Most names kept for each kind of change; the counts are complete. */
const MOST_NAMED = 200;

/**
 * Groups hosts by their live release, the largest group first. `diff` names the files of that group; `fileChanges`
 * has the counts of all groups.
 */
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
  const named = sorted[0]?.since.diff ?? { added: [], changed: [], deleted: [] };
  return {
    diff: {
      added: named.added.slice(0, MOST_NAMED),
      changed: named.changed.slice(0, MOST_NAMED),
      deleted: named.deleted.slice(0, MOST_NAMED),
    },
    fileChanges: sorted.map(({ since: { from, diff }, hosts }) => ({
      hosts,
      ...(from === undefined ? {} : { from }),
      added: diff.added.length,
      changed: diff.changed.length,
      deleted: diff.deleted.length,
    })),
  };
}

const REASONS = 12;
const OF_EACH = 12;

/** Excluded files by reason, the reason with the most files first. */
export function excludedByReason(
  left: readonly { path: string; by: string }[],
): NonNullable<Facts['leftOut']> {
  const reasons = new Map<string, string[]>();
  for (const { path, by } of left) {
    const paths = reasons.get(by) ?? [];
    paths.push(path);
    reasons.set(by, paths);
  }
  return [...reasons]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, REASONS)
    .map(([by, paths]) => ({ by, count: paths.length, paths: paths.slice(0, OF_EACH) }));
}
