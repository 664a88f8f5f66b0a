import { approve, ask, ending } from '../../sandbox/acts.ts';
import { play, type Played } from './play.ts';
import { planOf } from './plan.ts';
import { lineOf } from './table.ts';
import { openWorld, type World } from './world.ts';

type Say = (line: string) => void;

/** One run after the other in one world; a run that got stuck gets the next one a new world. */
export async function campaign(
  seeds: readonly number[],
  say: Say,
  stop: AbortSignal,
): Promise<Played[]> {
  const played: Played[] = [];
  let world: World | undefined;
  try {
    for (const seed of seeds) {
      if (stop.aborted) break;
      world ??= await settle(await openWorld());
      const one = await play(world, planOf(seed));
      played.push(one);
      say(lineOf(one));
      if (!one.stuck) continue;
      await world.stop();
      world = undefined;
    }
  } finally {
    await world?.stop();
  }
  return played;
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
