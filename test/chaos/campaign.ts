import { approve, ask, ending } from '../../sandbox/acts.ts';
import { play, type Played } from './play.ts';
import type { Plan } from './plan.ts';
import { lineOf } from './table.ts';
import { openWorld, type World } from './world.ts';

type Say = (line: string) => void;

/** `jobs` worlds side by side take the next plan whenever they are free, so that waits of one are used by others. */
export async function campaign(
  plans: readonly Plan[],
  say: Say,
  stop: AbortSignal,
  jobs = 1,
): Promise<Played[]> {
  const left = [...plans];
  const played: Played[] = [];
  const failing = new AbortController();
  const both = AbortSignal.any([stop, failing.signal]);
  const lanes = Array.from({ length: Math.min(jobs, plans.length) }, async () => {
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
async function inTurn(left: Plan[], played: Played[], say: Say, stop: AbortSignal): Promise<void> {
  let world: World | undefined;
  try {
    while (!stop.aborted) {
      const plan = left.shift();
      if (plan === undefined) break;
      world ??= await settle(await openWorld());
      const one = await play(world, plan).catch((error: unknown) => broken(plan, error));
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
function broken(plan: Plan, error: unknown): Played {
  const why = error instanceof Error ? error.message : String(error);
  return {
    plan,
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
