import { setTimeout as pause } from 'node:timers/promises';
import { startTraffic, type Traffic } from './traffic.ts';
import type { LoadGlance } from './traffic-tally.ts';

const PER_SECOND = 20;
const DAY_SECONDS = 86_400;
const LOOK_MS = 500;

/** People who use the service all the time, from its first good answer on. */
export interface Users {
  /** undefined while nothing has answered yet. */
  glance(): LoadGlance | undefined;
  stop(): Promise<void>;
}

export function startUsers(url: string, changed: () => void): Users {
  let glance: LoadGlance | undefined;
  let traffic: Traffic | undefined;
  const ending = new AbortController();
  const onGlance = (now: LoadGlance): void => {
    glance = now;
    changed();
  };
  const begin = async (): Promise<void> => {
    if (!(await untilAnswered(url, ending.signal))) return;
    traffic = await startTraffic(url, {
      perSecond: PER_SECOND,
      maxSeconds: DAY_SECONDS,
      onGlance,
    });
  };
  const begun = begin();
  return {
    glance: () => glance,
    async stop() {
      ending.abort();
      await begun;
      await traffic?.stop();
    },
  };
}

/** False when told to end before. */
async function untilAnswered(url: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (await answers(url, signal)) return true;
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(1_000)]);
    return (await fetch(url, { signal: limit })).ok;
  } catch {
    return false;
  }
}
