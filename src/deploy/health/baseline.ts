// Measures how fast the live slot answers before the switch, which the watch compares with.
import type { Slot } from '../record/events.ts';
import { slotUrl } from '../settings/layout.ts';
import { probe } from './probe.ts';
import type { Host } from '../ports/ports.ts';
import type { StageContext } from '../step/stage.ts';

/** Enough requests for a median and a 95th percentile. */
const REQUESTS = 8;
/** A slow service gets fewer requests: approval and switch wait meanwhile. */
const ENOUGH_MS = 3_000;

/** Response times of the live slot in milliseconds; empty if nothing is live. */
export async function measureBaseline(
  { target, signal }: Pick<StageContext, 'target' | 'signal'>,
  host: Host,
  live: Slot | undefined,
): Promise<number[]> {
  if (live === undefined) return [];
  const url = slotUrl(target, live, target.settings.health.path);
  const times: number[] = [];
  let spent = 0;
  for (let asked = 0; asked < REQUESTS; asked += 1) {
    const { state, ms } = await probe(host, url, target, signal);
    // Without an answer there is no time to measure, and waiting delays the next release.
    if (state === 'unavailable') break;
    times.push(ms);
    spent += ms;
    if (spent > ENOUGH_MS) break;
  }
  return times;
}
