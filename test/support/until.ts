import { setTimeout as pause } from 'node:timers/promises';

/** Asks again until the answer is there; jest's own limit ends a wait for what never comes. */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    await pause(10);
  }
}
