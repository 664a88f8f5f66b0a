// Decides what the journal records when a stage fails: code, message, next step, host and log.
import {
  CommitRefused,
  errorForPeople,
  isFailure,
  StageFailed,
  type FailureRecord,
} from '../record/errors.ts';
import { nounAtStart, type StageDescription } from '../record/stages.ts';
import { propertyOf } from '../untrusted/unknown-error.ts';

/** `starts`: how often workers started the phase: this run, and the earlier runs, whose workers crashed. */
export function crashLoopFailure(starts: number): StageFailed {
  return new StageFailed(`${starts - 1} workers crashed in this phase, so it is not retried`, {
    code: 'crash-loop',
    next: 'find out why the workers crash (their log, `sudo dmesg` for the OOM killer), then `/argo retry`.',
  });
}

export function cancelledRecord(by: string): FailureRecord {
  return {
    code: 'cancelled',
    message: `cancelled by <@${by}>`,
    next: '`/argo deploy` starts a new one.',
  };
}

export function failureRecord(
  error: unknown,
  stage: Pick<StageDescription, 'noun' | 'timeoutMs' | 'takesHosts'>,
  deployment: string,
): FailureRecord {
  if (isFailure(error)) {
    const { code, message, host, log, offers } = error;
    const final = error instanceof CommitRefused ? { needsCommit: true } : {};
    // Only the stage that claims the hosts suggests a retry: inspections fail with `sudo-refused`, too, but have none.
    const retry = stage.takesHosts && code === 'sudo-refused';
    const next = retry ? `${error.next.replace(/\.$/, '')}. Then \`/argo retry\`.` : error.next;
    return { code, message, next, host, log, offers, ...final };
  }
  return propertyOf(error, 'name') === 'TimeoutError'
    ? {
        code: 'timed-out',
        message: `${nounAtStart(stage)} did not end within ${stage.timeoutMs / 1_000} s`,
        next: 'check the host: something there hangs. Then `/argo retry`.',
      }
    : { code: 'unexpected', ...errorForPeople(error, deployment) };
}
