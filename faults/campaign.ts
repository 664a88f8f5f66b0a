import { deploy } from './deploy.ts';
import type { Fault } from './fault.ts';
import { play, type Played } from './play.ts';
import { heading, lineOf } from './report.ts';
import { openCampaign, type World } from './world.ts';

/** Plays rows one after the other in one world; each leaves it as well as it found it. */
export async function campaign(
  rows: readonly Fault[],
  say: (line: string) => void,
  stop: AbortSignal = new AbortController().signal,
): Promise<Played[]> {
  const world = await openCampaign();
  const played: Played[] = [];
  try {
    // Two releases, so that there is one to go back to.
    for (const round of ['first', 'second']) await settle(world, round);
    // With one unit the first is enough.
    if (rows.some(({ environment }) => environment === 'single'))
      await settle(world, 'first', 'single');
    say(heading);
    for (const row of rows) {
      if (stop.aborted) break;
      const one = await play(world, row);
      played.push(one);
      say(lineOf(one));
    }
    return played;
  } finally {
    await world.stop();
  }
}

async function settle(
  world: World,
  round: string,
  environment?: Fault['environment'],
): Promise<void> {
  const { line, thread } = await deploy(world, environment ? { environment } : {});
  if (!line.startsWith('✅')) throw new Error(`the ${round} release did not go live:\n${thread}`);
}
