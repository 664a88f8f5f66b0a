// Decides how long work on input that others wrote keeps the process from anything else.
import { setImmediate } from 'node:timers/promises';

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
