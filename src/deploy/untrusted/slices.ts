// Decides how long work on untrusted input may run before other work of the process gets time.
import { setImmediate } from 'node:timers/promises';

const SLICE_MS = 8;

/** Returns a function to await between steps of long work. Every 8 ms it lets other work of the process run. */
export function createPause(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MS) return;
    await setImmediate();
    since = performance.now();
  };
}
