// Finds what the newest deployments of a place tell, such as the downtime of its last restart.
import type { Deployment } from '../record/deployment.ts';
import type { Downtime } from '../record/facts.ts';
import type { Place, Records } from './records.ts';

/** The first answer, from the newest deployment back over `most`. Unreadable ones are skipped. */
export async function firstInHistory<T>(
  records: Records,
  place: Place,
  most: number,
  answer: (deployment: Deployment) => T | undefined,
): Promise<T | undefined> {
  for (const { id } of await records.history(place, most)) {
    const deployment = await records.readOrSkip(id);
    const found = deployment && answer(deployment);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A restart may come before several deployments that failed their checks. */
const LOOK_BACK = 10;

/** Milliseconds of the newest restart here, forth or back; undefined if there was none. */
export function readLastDowntimeMs(records: Records, place: Place): Promise<number | undefined> {
  return firstInHistory(records, place, LOOK_BACK, ({ facts }) => {
    const worst = longestDowntime(facts.downtime) ?? longestDowntime(facts.downtimeBack);
    return worst?.ms;
  });
}

/** The longest downtime of the hosts. */
export function longestDowntime(of: Record<string, Downtime> = {}): Downtime | undefined {
  return Object.values(of).toSorted((a, b) => b.ms - a.ms)[0];
}
