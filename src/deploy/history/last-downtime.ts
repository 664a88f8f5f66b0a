import { worstOf } from '../record/facts.ts';
import type { Place, Records } from './records.ts';

/** Far enough back for a restart behind a row of deployments that went no further than their checks. */
const LOOK_BACK = 10;

/** How long users had no good answer in the newest restart here, in whichever direction it went. */
export async function lastDowntimeMs(records: Records, place: Place): Promise<number | undefined> {
  for (const { id } of await records.history(place, LOOK_BACK)) {
    const facts = (await records.past(id))?.facts;
    const worst = worstOf(facts?.downtime) ?? worstOf(facts?.downtimeBack);
    if (worst) return worst.ms;
  }
  return undefined;
}
