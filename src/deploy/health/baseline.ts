import type { Slot } from '../record/events.ts';
import { slotUrl } from '../settings/layout.ts';
import { probe } from './probe.ts';
import type { Host } from '../ports/ports.ts';
import type { StageContext } from '../step/stage.ts';

/** Enough for a median and a 95th percentile to look at, and over in the time of one health check. */
const QUESTIONS = 8;
/** A slow service has fewer of them: approval and switch wait meanwhile. */
const ENOUGH_MS = 3_000;

/** Milliseconds in which the live slot answers now, before traffic moves: what the watch is compared with. */
export async function baselineOf(
  { target, signal }: Pick<StageContext, 'target' | 'signal'>,
  host: Host,
  live: Slot | undefined,
): Promise<number[]> {
  if (live === undefined) return [];
  const url = slotUrl(target, live, target.settings.health.path);
  const times: number[] = [];
  let spent = 0;
  for (let asked = 0; asked < QUESTIONS; asked += 1) {
    const { state, ms } = await probe(host, url, target, signal);
    // A release that does not answer has no times, and waiting for each would only delay its successor.
    if (state === 'unavailable') break;
    times.push(ms);
    spent += ms;
    if (spent > ENOUGH_MS) break;
  }
  return times;
}
