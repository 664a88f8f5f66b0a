// Finds how long users had no good answer during the last restart of a service.
import { longestDowntime } from '../record/facts.ts';
import type { Place, Records } from './records.ts';

/** Deployments searched: a restart may come before several that failed their checks. */
const LOOK_BACK = 10;

/** Milliseconds of the newest restart here, forward or back; undefined if there was none. */
export async function readLastDowntimeMs(
  records: Records,
  place: Place,
): Promise<number | undefined> {
  for (const { id } of await records.history(place, LOOK_BACK)) {
    const facts = (await records.readOrSkip(id))?.facts;
    const worst = longestDowntime(facts?.downtime) ?? longestDowntime(facts?.downtimeBack);
    if (worst) return worst.ms;
  }
  return undefined;
}
