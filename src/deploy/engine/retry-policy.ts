// Decides which failures of a stage are retried, how soon, and for how long.
import { setTimeout as wait } from 'node:timers/promises';
import { HostUnreachable, OutcomeUnknown } from '../record/errors.ts';
import type { StageDescription } from '../record/stages.ts';

/** How long a host or its connection may be down in the middle of a deployment. */
export const RETRY_FOR_MS = 90_000;

/** Waits at most 2 s. At the stage's time limit, throws the last failure, which says more than a timeout. */
export async function waitBeforeRetry(
  tries: number,
  failure: unknown,
  { signal, deadline }: { signal: AbortSignal; deadline: AbortSignal },
): Promise<void> {
  try {
    await wait(Math.min(2_000, 100 * 2 ** tries), undefined, { signal });
  } catch {
    throw signal.reason === deadline.reason ? failure : signal.reason;
  }
}

/** An unreachable host fails the stage that claims the hosts at once: nothing has started there yet. */
export function isRetryable(error: unknown, stage: StageDescription): boolean {
  if (error instanceof OutcomeUnknown) return true;
  if (!(error instanceof HostUnreachable)) return false;
  return !stage.takesHosts && error.code !== 'host-key-mismatch' && error.code !== 'auth-refused';
}
