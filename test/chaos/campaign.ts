import { approve, ask, ending } from '../../sandbox/acts.ts';
import { play, type Played } from './play.ts';
import { planOf } from './plan.ts';
import { lineOf } from './table.ts';
import { openWorld, type World } from './world.ts';

type Say = (line: string) => void;

/** `jobs` worlds side by side take the next seed whenever they are free, so that waits of one are used by others. */
export async function campaign(
  seeds: readonly number[],
  say: Say,
  stop: AbortSignal,
  jobs = 1,
): Promise<Played[]> {
  const left = [...seeds];
  const played: Played[] = [];
  const failing = new AbortController();
  const both = AbortSignal.any([stop, failing.signal]);
  const lanes = Array.from({ length: Math.min(jobs, seeds.length) }, async () => {
    try {
      await inTurn(left, played, say, both);
    } catch (error) {
      failing.abort();
      throw error;
    }
  });
  const ends = await Promise.allSettled(lanes);
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return played;
}

/** One run after the other in one world; a run that got stuck gets the next one a new world. */
async function inTurn(
  left: number[],
  played: Played[],
  say: Say,
  stop: AbortSignal,
): Promise<void> {
  let world: World | undefined;
  try {
    while (!stop.aborted) {
      const seed = left.shift();
      if (seed === undefined) break;
      world ??= await settle(await openWorld());
      const one = await play(world, planOf(seed)).catch((error: unknown) => broken(seed, error));
      played.push(one);
      say(lineOf(one));
      if (!one.stuck) continue;
      await world.stop();
      world = undefined;
    }
  } finally {
    await world?.stop();
  }
}

/** A run that could not even be played is no reason to lose the others. */
function broken(seed: number, error: unknown): Played {
  const why = error instanceof Error ? error.message : String(error);
  return {
    plan: planOf(seed),
    ending: 'none',
    wrong: [`it could not be played: ${why}`],
    struck: false,
    ms: 0,
    requests: 0,
    requestsLost: 0,
    takeoverMs: 0,
    stuck: true,
    thread: '',
  };
}

/** Two releases, so that there is a live slot and a way back. */
async function settle(world: World): Promise<World> {
  try {
    for (let n = 0; n < 2; n += 1) {
      const root = await ask(world.scene, 'ada', 'deploy');
      await approve(world.scene, root);
      const line = await ending(world.scene, root);
      if (!line.startsWith('✅')) throw new Error(`the world cannot be set up: ${line}`);
    }
    return world;
  } catch (error) {
    await world.stop();
    throw error;
  }
}
