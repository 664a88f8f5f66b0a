// Decides whether a finished deployment may be retried, and which release its button rolls back to.
import type { Deployment } from '../record/deployment.ts';
import type { Ending } from '../record/events.ts';
import type { Place, Records } from './records.ts';

/** Endings after which users are on the release of before. */
const AGAIN: ReadonlySet<Ending> = new Set([
  'failed',
  'cancelled',
  'expired',
  'voided',
  'rolled-back',
]);

/** Deployments searched, past a row of dry runs. */
const LOOK_BACK = 30;

export function mayTryAgain({ request, finished }: Deployment): boolean {
  const real = request.kind === 'deploy' && !request.dryRun;
  return real && finished !== undefined && AGAIN.has(finished.ending);
}

/** The release before, for the button of a finished deployment; undefined once a newer deployment has started. */
export function returnsTo({
  request,
  finished,
  superseded,
  facts,
}: Deployment): string | undefined {
  const live = finished?.ending === 'succeeded' || finished?.ending === 'rollback-failed';
  if (request.kind !== 'deploy' || !live || superseded) return undefined;
  // After a restart there is no other release.
  const { rollbackTo, release } = facts;
  const noWay = rollbackTo?.release === release || rollbackTo?.doubt !== undefined;
  return noWay ? undefined : rollbackTo?.release;
}

/** Ends the buttons of the last deployment of a place when a new one starts. */
export async function supersede(records: Records, place: Place, at: number): Promise<void> {
  for (const { id } of await records.history(place, LOOK_BACK)) {
    const last = await records.past(id);
    // A dry run has no such buttons.
    if (!last || last.request.dryRun) continue;
    await records.change(id, (latest) => (latest.superseded ? [] : [{ type: 'superseded', at }]));
    return;
  }
}
