import { setTimeout as pause } from 'node:timers/promises';
import { transcript } from '../../../sandbox/transcript.ts';
import { askBoth, endContradicts } from '../../../sandbox/truth/contradictions.ts';
import { production } from '../../../sandbox/truth/host-truth.ts';
import { placeKey } from '../../../src/redis/records/keys.ts';
import { labelOf, messagesOf } from '../messages.ts';
import type { Run } from '../run.ts';
import { place, type World } from '../world.ts';
import { type HostState, liveRelease } from './host-state.ts';

/** Slack may have been away to the end, and the thread catches up. */
const CATCHES_UP_MS = 40_000;

/** Once all is over, nothing that the bot says contradicts the host: status, Home, channel and thread. */
export async function saysTheTruth(world: World, run: Run, before: HostState): Promise<string[]> {
  const late = Date.now() + CATCHES_UP_MS;
  for (;;) {
    const wrong = await contradictions(world, run, before).catch((error: unknown) => [
      `nobody answered: ${String(error)}`,
    ]);
    if (wrong.length === 0 || Date.now() > late) return wrong.map((why) => `said: ${why}`);
    await pause(500);
  }
}

async function contradictions(world: World, run: Run, before: HostState): Promise<string[]> {
  const { said, wrong, truth } = await askBoth(world.scene, production);
  const unsettled = said
    .filter(({ kind }) => kind === 'moving')
    .map(() => 'it is over, and users are said to be moved');
  // Without records the bot knows of no release, and says so.
  const known = wrong.filter((why) => !run.recordsLost || !why.includes('it says "nothing"'));
  const messages = messagesOf(world, run.id);
  const root = messages.findLast((message) => labelOf(message)?.key === 'summary');
  if (!root) return [...known, ...unsettled];
  const ended = {
    line: transcript([root]),
    thread: transcript(messages.filter((message) => message !== root)),
    before: liveRelease(before),
    locked: (await world.redis.exists(placeKey('lock', place))) === 1,
  };
  // A release that is ill while nobody watches it any more is another check's matter.
  return [...known, ...unsettled, ...(run.recordsLost ? [] : endContradicts(ended, truth))];
}
