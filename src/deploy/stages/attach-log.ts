// Implements the stage that attaches the log of the release that was rolled back.
import { blameOf } from '../failure/blame.ts';
import { isFailure } from '../record/errors.ts';
import { exitSuffix } from '../failure/exit-status.ts';
import { isAdopted, unitName } from '../settings/layout.ts';
import { causeLines } from '../failure/log-cause.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { Host } from '../ports/ports.ts';
import { stateAfterLogging } from '../failure/slot-journal.ts';
import { abandonedRelease } from './lock.ts';
import type { Stage, StageContext } from '../step/stage.ts';

export const attachLog: Stage = {
  async run(context) {
    const logs = await onEveryHost(context, (host) => readLogOn(context, host));
    const found = Object.entries(logs).flatMap(([host, log]) => (log ? [{ host, ...log }] : []));
    if (found.length === 0) return { summary: 'no release was left', skipped: true };
    const log = found.map(({ host, unit, text }) => `== ${unit} on ${host}\n${text}\n`).join('\n');
    const blame = await blameOf(context, log);
    const causes = found
      .filter(({ cause }) => cause !== '')
      .map(({ host, cause }) => [host, cause]);
    return {
      summary: found.map(({ unit, host }) => `${unit} on ${host}`).join(', '),
      log,
      facts: { causes: Object.fromEntries(causes), ...(blame ? { blame } : {}) },
    };
  },
};

/** Returns the log, or a line that says why it cannot be read: an unreadable log must not fail the rollback. */
async function readLogOn(
  context: StageContext,
  host: Host,
): Promise<{ unit: string; text: string; cause: string } | undefined> {
  const left = abandonedRelease(context, host);
  if (!left) return undefined;
  const unit = unitName(context.target, left.slot);
  try {
    const { answer, log, logToLastCrash } = await stateAfterLogging(context, host, left);
    // Hosts restart one by one, so the release may not have reached this one. Its log is that of another release.
    if (answer.maybe('release') !== left.release && !isAdopted(left.release)) return undefined;
    const died = answer.maybe('ended') ? [`${unit} ended${exitSuffix(answer)}`] : [];
    return {
      unit,
      text: [...died, ...(log.length > 0 ? log : ['nothing written'])].join('\n'),
      cause: [...died, ...causeLines(logToLastCrash)].join('\n'),
    };
  } catch (error) {
    if (context.signal.aborted || !isFailure(error)) throw error;
    return { unit, text: `The log could not be read: ${error.message}`, cause: '' };
  }
}
