// Decides which failures of a stage are tried again, how soon, and for how long.
import { setTimeout as wait } from 'node:timers/promises';
import { HostUnreachable, OutcomeUnknown } from '../record/errors.ts';
import type { StageDescription } from '../record/stages.ts';

/** How long a host or a link may be away in the middle of a deployment. */
export const PATIENCE_MS = 90_000;

/**
 * Before the next try. What stood in the way until the stage's time was up says more than that it was up;
 * whoever stops the run is told as he said it.
 */
export async function beforeNextTry(
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

/** Before the hosts are taken nothing has begun, so a host that is down is said at once instead of waited for. */
export function worthRepeating(error: unknown, stage: StageDescription): boolean {
  if (error instanceof OutcomeUnknown) return true;
  if (!(error instanceof HostUnreachable)) return false;
  return !stage.takesHosts && error.code !== 'host-key-mismatch' && error.code !== 'auth-refused';
}
