// Describes the releases that a failed rollback offers instead: commit, author and time.
import { StageFailed } from '../record/errors.ts';
import type { Offer } from '../record/events.ts';
import { releasedAt } from '../settings/layout.ts';
import { makesRelease } from '../history/live-by-record.ts';
import type { Place, Records } from '../history/records.ts';

/** Enough deployments for every release that a host may keep. */
const LOOKED_BACK = 200;

/** The same failure; its offers get the commit's subject, the time and the person who deployed. */
export async function withRollbackCandidates(
  failure: unknown,
  place: Place,
  records: Records,
): Promise<unknown> {
  if (!(failure instanceof StageFailed) || !failure.offers?.length) return failure;
  const history = await records.history(place, LOOKED_BACK);
  const offers = await Promise.all(
    failure.offers.map(async ({ release }): Promise<Offer> => {
      const entry = history.find((one) => makesRelease(one) && one.release === release);
      const deployment = entry && (await records.readOrSkip(entry.id));
      return {
        release,
        at: releasedAt(release),
        subject: deployment?.facts.commit?.subject,
        by: entry?.by,
      };
    }),
  );
  const { code, host, cause, log, message } = failure;
  const next = 'Say /argo rollback with the name of one of these.';
  return new StageFailed(message, { code, next, host, cause, log, offers });
}
