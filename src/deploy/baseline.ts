import type { Slot } from './events.ts';
import { slotUrl } from './layout.ts';
import { probe } from './probe.ts';
import type { Host } from './ports.ts';
import type { StageContext } from './stage.ts';

/** Enough for a median and a 95th percentile to look at, and over in the time of one health check. */
const QUESTIONS = 8;

/** Milliseconds in which the live slot answers now, before traffic moves: what the watch is compared with. */
export async function baselineOf(
  { target, signal }: Pick<StageContext, 'target' | 'signal'>,
  host: Host,
  live: Slot | undefined,
): Promise<number[]> {
  if (live === undefined) return [];
  const { health } = target.settings;
  const url = slotUrl(target, live, health.path);
  const times: number[] = [];
  for (let asked = 0; asked < QUESTIONS; asked += 1) {
    const { state, ms } = await probe(host, url, health, signal);
    // A release that does not answer has no times, and waiting for each would only delay its successor.
    if (state === 'unavailable') break;
    times.push(ms);
  }
  return times;
}
