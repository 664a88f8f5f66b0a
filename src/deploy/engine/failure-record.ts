// Decides what the journal records when a stage fails: code, message, next step, host and log.
import { isFailure, StageFailed, errorForPeople } from '../record/errors.ts';
import type { FailureRecord } from '../record/events.ts';
import { nounAtStart, type StageDescription } from '../record/stages.ts';

/** Workers that stop without a `phase-interrupted` event were killed: by the kernel, a supervisor or a fault. */
export function crashLoopFailure(starts: number): StageFailed {
  return new StageFailed(
    `${starts} workers have stopped in the middle of this phase: it is not tried again`,
    {
      code: 'crash-loop',
      next: 'See why the workers end (their supervisor’s log, dmesg for the OOM killer); then deploy again.',
    },
  );
}

export function cancelledRecord(by: string): FailureRecord {
  return { code: 'cancelled', message: `cancelled by <@${by}>`, next: 'Nothing live was changed.' };
}

export function failureRecord(
  error: unknown,
  stage: Pick<StageDescription, 'noun' | 'timeoutMs'>,
  deployment: string,
): FailureRecord {
  if (isFailure(error)) {
    const { code, message, next, host, log, offers } = error;
    return { code, message, next, host, log, offers };
  }
  // A DOMException is not an instance of Error in every context.
  const timedOut =
    typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
  return timedOut
    ? {
        code: 'timed-out',
        message: `${nounAtStart(stage)} did not end within ${stage.timeoutMs / 1_000} s`,
        next: 'Look at the host: something there hangs. Then deploy again.',
      }
    : { code: 'unexpected', ...errorForPeople(error, deployment) };
}
