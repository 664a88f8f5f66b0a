// Searches the newest deployments of an environment, such as for the downtime of its last restart.
import type { Deployment } from '../record/deployment.ts';
import type { Downtime, Facts, HostFacts } from '../record/facts.ts';
import { makerOf, type Place, type Records } from './records.ts';

/** Calls `answer` for the newest `limit` deployments, newest first, and returns the first answer that is defined. */
export async function firstInHistory<T>(
  records: Records,
  place: Place,
  limit: number,
  answer: (deployment: Deployment) => T | undefined,
): Promise<T | undefined> {
  for (const { id } of await records.history(place, limit)) {
    const deployment = await records.readOrSkip(id);
    const found = deployment && answer(deployment);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** How many deployments are searched for the last restart: some that failed their checks may have followed it. */
const LOOK_BACK = 10;

/** Returns the downtime of the last restart or its rollback in milliseconds; undefined if there was none. */
export function readLastDowntimeMs(records: Records, place: Place): Promise<number | undefined> {
  return firstInHistory(records, place, LOOK_BACK, ({ facts }) => {
    const worst = longestDowntime(facts.downtime) ?? longestDowntime(facts.downtimeBack);
    return worst?.ms;
  });
}

export function longestDowntime(of: Record<string, Downtime> = {}): Downtime | undefined {
  return Object.values(of).toSorted((a, b) => b.ms - a.ms)[0];
}

/** How many deployments are searched for those that made the releases on a host: a host keeps fewer. */
export const MAKERS_SEARCHED = 200;

/** Returns the commit's subject of each live release and of the rollback target, by release. */
export async function readSubjects(
  records: Records,
  place: Place,
  hosts: Record<string, HostFacts>,
  { rollbackTo }: Facts = {},
): Promise<Record<string, string>> {
  const live = Object.values(hosts).map(({ liveRelease }) => liveRelease);
  const releases = new Set([...live, rollbackTo?.release].filter((name) => name !== undefined));
  if (releases.size === 0) return {};
  const history = await records.history(place, MAKERS_SEARCHED);
  return Object.fromEntries(
    [...releases].flatMap((release) => {
      const subject = makerOf(release, history)?.commit?.subject;
      return subject ? [[release, subject]] : [];
    }),
  );
}
