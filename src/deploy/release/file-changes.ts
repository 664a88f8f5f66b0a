import type { Facts } from '../record/facts.ts';
import type { FileDiff } from '../ports/ports.ts';

/** Of a host, what is new to its users, and which release they have now. */
export interface SinceLive {
  from: string | undefined;
  diff: FileDiff;
}

/** Names that are kept; how many there are is always told. */
const MOST_NAMED = 200;

/**
 * Hosts that have other releases now get other files new: those with the most hosts first, by whose release the
 * files are named, and of the others how many.
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

/** What is not in the release, by reason: the reason that leaves out the most first. */
export function leftOut(
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
