import { setTimeout as pause } from 'node:timers/promises';
import type { Scene } from '../scene.ts';
import { askBoth } from './contradictions.ts';
import type { Spot } from './host-truth.ts';

export interface Heard {
  /** What was said and contradicted the host when it was said. */
  wrong: string[];
  /** What status and Home said was live, in the order of its first time. */
  said: string[];
  /** Of each release that was said to be live: since when; one time each, or one was wrong. */
  since: Map<string, Set<number>>;
}

const EVERY_MS = 300;

/**
 * Asks status and Home over and over while something goes on, and compares each answer with the host. Resolves when
 * both have said what was there before it; `heard` grows until `stop`.
 */
export async function listenAlong(
  scene: Scene,
  spot: Spot,
): Promise<{ heard: Heard; stop(): Promise<Heard> }> {
  const heard: Heard = { wrong: [], said: [], since: new Map() };
  const stopping = new AbortController();
  const once = async (): Promise<void> => {
    const { said, wrong } = await askBoth(scene, spot);
    heard.wrong.push(...wrong);
    for (const one of said) {
      const words =
        one.kind === 'release'
          ? `${one.release}${one.watched === undefined ? '' : ', watched'}`
          : one.kind;
      if (heard.said.at(-1) !== words) heard.said.push(words);
      if (one.kind !== 'release') continue;
      const times = heard.since.get(one.release) ?? new Set();
      heard.since.set(one.release, times.add(one.since));
    }
  };
  await once();
  const listening = (async () => {
    for (await pause(EVERY_MS); !stopping.signal.aborted; await pause(EVERY_MS)) await once();
    // What stands at the end counts, too.
    await once();
  })();
  listening.catch(() => undefined);
  return {
    heard,
    async stop() {
      stopping.abort();
      await listening;
      return heard;
    },
  };
}
