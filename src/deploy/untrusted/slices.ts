// Decides how long work on untrusted input may block the process.
import { setImmediate } from 'node:timers/promises';

const SLICE_MS = 8;

/** Returns a pause to await between pieces of work: it lets other work run after each slice. */
export function createPause(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MS) return;
    await setImmediate();
    since = performance.now();
  };
}
