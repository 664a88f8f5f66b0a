// Decides which Python runs a release: its interpreter, and the oldest version of the hosts.
import type { HostFacts } from '../record/facts.ts';
import { firstInHistory } from '../history/search-history.ts';
import type { Place, Records } from '../history/records.ts';
import type { Target } from '../settings/settings.ts';

/** Returns the path of the declared Python, else of the one in exec_start; '' if there is neither. */
export function interpreterOf({ settings: { python, unit } }: Target): string {
  if (python) return python.interpreter;
  const [command = ''] = unit.exec_start?.split(/\s/) ?? [];
  return /^\/[\w./-]*\/python3?(?:\.\d+)?$/.test(command) ? command : '';
}

/** Returns the oldest minor version: `3.9` for hosts with `3.11.2` and `3.9.2`; undefined if no host has Python. */
export function oldestPython(hosts: Record<string, HostFacts>): string | undefined {
  const minors = Object.values(hosts).flatMap(({ python }) => {
    const minor = /^3\.(\d+)/.exec(python ?? '')?.[1];
    return minor === undefined ? [] : [Number(minor)];
  });
  return minors.length === 0 ? undefined : `3.${Math.min(...minors)}`;
}

/** How many recent deployments are searched, because some failed before they asked a host. */
const MAX_SEARCHED = 10;

/** Returns the oldest Python of the hosts, as the most recent deployment that asked them recorded it. */
export function lastSeenPython(records: Records, place: Place): Promise<string | undefined> {
  return firstInHistory(records, place, MAX_SEARCHED, ({ facts }) =>
    oldestPython(facts.hosts ?? {}),
  );
}
