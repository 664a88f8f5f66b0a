// Decides which failures of a stage are retried, how soon, and for how long.
import { setTimeout as wait } from 'node:timers/promises';
import { HostUnreachable, OutcomeUnknown } from '../record/errors.ts';
import type { StageDescription } from '../record/stages.ts';

/** How long a stage is retried while a host that the deployment has claimed is unreachable. */
const RETRY_FOR_MS = 90_000;
/** How long the claim is retried after a dropped connection: sshd may restart or have too many logins (MaxStartups). */
const RETRY_DROPPED_FOR_MS = 5_000;

/** Waits 0.2 to 2 s. At the stage's time limit, throws `failure`, which explains more than the timeout. */
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

/**
 * How many milliseconds a stage is retried after this failure; 0: not at all. The stage that claims the hosts is not
 * retried for an unreachable host, because nothing has started there yet.
 */
export function retryForMs(error: unknown, stage: StageDescription): number {
  if (error instanceof OutcomeUnknown) return RETRY_FOR_MS;
  if (!(error instanceof HostUnreachable)) return 0;
  if (error.code === 'host-key-mismatch' || error.code === 'auth-refused') return 0;
  if (!stage.takesHosts) return RETRY_FOR_MS;
  return error.code === 'connection-dropped' ? RETRY_DROPPED_FOR_MS : 0;
}
