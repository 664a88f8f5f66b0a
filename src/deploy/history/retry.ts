import type { Deployment } from '../record/deployment.ts';
import type { Ending } from '../record/events.ts';
import type { Place, Records } from './records.ts';

/** Endings after which the same may be tried again: nothing live was changed, or it went back. */
const AGAIN: ReadonlySet<Ending> = new Set([
  'failed',
  'cancelled',
  'expired',
  'voided',
  'rolled-back',
]);

/** More dry runs in a row than anybody makes. */
const LOOK_BACK = 30;

export function mayTryAgain({ request, finished }: Deployment): boolean {
  const real = request.kind === 'deploy' && !request.dryRun;
  return real && finished !== undefined && AGAIN.has(finished.ending);
}

/** Where a button goes back to after the end: the release before, by its name, while nothing newer has begun. */
export function returnsTo({
  request,
  finished,
  superseded,
  facts,
}: Deployment): string | undefined {
  const live = finished?.ending === 'succeeded' || finished?.ending === 'rollback-failed';
  if (request.kind !== 'deploy' || !live || superseded) return undefined;
  // After a restart the release before is the same one.
  const { rollbackTo, release } = facts;
  const noWay = rollbackTo?.release === release || rollbackTo?.doubt !== undefined;
  return noWay ? undefined : rollbackTo?.release;
}

/** What could be done with the last deployment of a place ends when another one begins there. */
export async function supersede(records: Records, place: Place, at: number): Promise<void> {
  for (const { id } of await records.history(place, LOOK_BACK)) {
    const last = await records.past(id);
    // Nothing can be done with a dry run, and nothing of it is in the way.
    if (!last || last.request.dryRun) continue;
    await records.change(id, (latest) => (latest.superseded ? [] : [{ type: 'superseded', at }]));
    return;
  }
}
