import type { HostFacts } from '../record/facts.ts';
import type { Place, Records } from '../history/records.ts';
import type { Target } from '../settings/settings.ts';

/** The interpreter that runs the release: the declared one, else the one that the unit starts; '' if neither. */
export function interpreterOf({ settings: { python, unit } }: Target): string {
  if (python) return python.interpreter;
  const [command = ''] = unit.exec_start?.split(/\s/) ?? [];
  return /^\/[\w./-]*\/python3?(?:\.\d+)?$/.test(command) ? command : '';
}

/** `3.11.2` and `3.9.2` → `3.9`; undefined where no host said one. */
export function oldestPython(hosts: Record<string, HostFacts>): string | undefined {
  const minors = Object.values(hosts).flatMap(({ python }) => {
    const minor = /^3\.(\d+)/.exec(python ?? '')?.[1];
    return minor === undefined ? [] : [Number(minor)];
  });
  return minors.length === 0 ? undefined : `3.${Math.min(...minors)}`;
}

/** Far enough back to pass over requests that asked no host. */
const LOOK_BACK = 10;

/** What the hosts of a place ran when a deployment last asked them. */
export async function lastSeenPython(records: Records, place: Place): Promise<string | undefined> {
  for (const { id } of await records.history(place, LOOK_BACK)) {
    const record = await records.past(id);
    const oldest = oldestPython(record?.facts.hosts ?? {});
    if (oldest !== undefined) return oldest;
  }
  return undefined;
}
