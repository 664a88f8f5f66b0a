// Ends what people could still do with the last deployment of a place when another one begins.
import { isDryRun } from '../record/requests.ts';
import type { Place, Records } from './records.ts';

/** More dry runs in a row than anybody makes. */
const LOOK_BACK = 30;

export async function supersede(records: Records, place: Place, at: number): Promise<void> {
  for (const { id } of await records.history(place, LOOK_BACK)) {
    const last = await records.readOrSkip(id);
    // A dry run has no buttons that a newer deployment could make wrong.
    if (!last || isDryRun(last.request)) continue;
    await records.change(id, (latest) => (latest.superseded ? [] : [{ type: 'superseded', at }]));
    return;
  }
}
