import { setTimeout as pause } from 'node:timers/promises';

/** Asks every few tens of milliseconds, until Jest's own time is up. */
export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await done())) await pause(30);
}
