// Decides how long work on input that others wrote keeps the process from anything else.
import { setImmediate } from 'node:timers/promises';
import type { Redactor } from './redact.ts';

const SLICE_MS = 8;

/** To be waited for between two pieces of work: lets everything else run when a slice is over. */
export function slices(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MS) return;
    await setImmediate();
    since = performance.now();
  };
}

/** Teaches the redactor a list of secrets as long as a host likes. */
export async function learnInSlices(redactor: Redactor, secrets: readonly string[]): Promise<void> {
  const pause = slices();
  for (const secret of secrets) {
    redactor.learn([secret]);
    await pause();
  }
}
