import { setTimeout as pause } from 'node:timers/promises';

type Look<T> = () => Promise<T | undefined | false> | T | undefined | false;

/** Asks again until the answer is there; jest's own limit ends a wait for what never comes. */
export async function until<T>(look: Look<T>, everyMs = 10): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    // A wait in vain goes on after its test has failed: it must not keep jest from ending.
    await pause(everyMs, undefined, { ref: false });
  }
}

/** For looks at a host: each is an SSH session, and as many as there can be would keep a processor busy. */
export const untilOnHost = <T>(look: Look<T>): Promise<T> => until(look, 200);
