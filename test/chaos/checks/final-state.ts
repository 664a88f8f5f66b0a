import { setTimeout as pause } from 'node:timers/promises';
import type { Ending } from '../../../src/deploy/record/events.ts';
import { fold } from '../../../src/deploy/record/fold.ts';
import { placeKey } from '../../../src/redis/records/keys.ts';
import type { Run } from '../run.ts';
import { place, type World } from '../world.ts';
import { type HostState, hostState, liveRelease, publicHealth } from './host-state.ts';

/** Live slot, colour, nginx, record and what answers say the same; nothing is left lying about. */
export async function finalState(
  world: World,
  run: Run,
  before: HostState,
  ending: Ending | undefined,
): Promise<string[]> {
  if (run.recordsLost) await untilHealthy(world);
  const now = await hostState(world);
  const wrong: string[] = [];
  const { facts, request } = fold(run.events);
  const live = liveRelease(now);
  const expected = ending === 'succeeded' ? facts.release : liveRelease(before);
  if (now.proxied !== now.colour) wrong.push(`colour ${now.colour}, nginx ${now.proxied}`);
  if (!run.recordsLost && live !== expected) wrong.push(`${live} is live, expected ${expected}`);
  const { status, version } = await publicHealth(world);
  if (status !== 'healthy') wrong.push(`what is live is ${status}`);
  if (version !== live) wrong.push(`${version} answers, ${live} is live`);
  const mounts = now.mounts.filter((mount) => !before.mounts.includes(mount));
  if (mounts.length > 0) wrong.push(`mounts: ${mounts.join(', ')}`);
  if (now.locked) wrong.push('the lock of the host is still held');
  if (now.epoch < before.epoch) wrong.push(`epoch ${now.epoch} after ${before.epoch}`);
  // What was being prepared stays where it was until the next deployment takes its place.
  if (run.recordsLost) return wrong;
  if (now.left.length > before.left.length) wrong.push(`left behind: ${now.left.join(', ')}`);
  const units = now.units.filter((unit) => !before.units.includes(unit));
  if (units.length > 0) wrong.push(`units: ${units.join('; ')}`);
  wrong.push(...verdicts(now, facts.release, ending));
  if (await world.redis.exists(placeKey('claim', request))) wrong.push('the claim is still held');
  const locked = (await world.redis.exists(placeKey('lock', place))) === 1;
  const shouldLock = ending === 'rolled-back' || ending === 'rollback-failed';
  if (locked !== shouldLock) wrong.push(`locked: ${locked}, after ${ending}`);
  return wrong;
}

/** Longer than the host's guard waits for the bot. */
const GUARD_MS = 110_000;

/** Nobody goes on with what had no record any more; if it is ill, the host's guard takes users off it. */
async function untilHealthy(world: World): Promise<void> {
  const until = Date.now() + GUARD_MS;
  while (Date.now() < until && (await publicHealth(world)).status !== 'healthy') await pause(500);
}

function verdicts(
  now: HostState,
  release: string | undefined,
  ending: Ending | undefined,
): string[] {
  const verdict = release === undefined ? undefined : now.releases[release];
  if (ending === undefined) return [];
  if (ending === 'succeeded') {
    const watched = ['good', 'unhealthy', 'unwatched'].includes(verdict ?? '');
    return watched ? [] : [`its verdict is ${verdict}`];
  }
  if (ending === 'rolled-back') {
    return verdict === 'bad' ? [] : [`its verdict is ${verdict}, and it was rolled back`];
  }
  return verdict === undefined ? [] : [`${release} is still on the host after ${ending}`];
}
