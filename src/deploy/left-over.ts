import { observeWithConfig } from './config-on-host.ts';
import type { Slot } from './events.ts';
import type { Observation } from './observe.ts';
import { runScript } from './on-every-host.ts';
import type { Host } from './ports.ts';
import type { StageContext } from './stage.ts';

export interface LeftOver {
  release: string;
  slot: Slot;
  runs: boolean;
}

/**
 * What waits in an idle slot without a verdict: its deployment was never ended, since Redis lost its record or a
 * cleanup did not get through. Nobody is offered it. With one unit nothing waits in a slot.
 */
export function leftOvers({
  facts,
  releases,
  proxied,
  elsewhere,
  active,
}: Observation): LeftOver[] {
  // Where users are is then not certain, and it might be there.
  if (elsewhere !== undefined) return [];
  return (['blue', 'green'] as const).flatMap((slot) => {
    const release = facts.slots[slot];
    if (release === undefined || release === facts.liveRelease || proxied.includes(slot)) return [];
    if (slot === facts.live || release.startsWith('adopted-')) return [];
    const unended = releases.some(({ name, verdict }) => name === release && verdict === 'none');
    return unended ? [{ release, slot, runs: active[slot] === 'active' }] : [];
  });
}

/** Ends and removes it, so that it does not run on should this deployment end before it fills the slot. */
export async function withoutLeftOvers(
  context: StageContext,
  host: Host,
  seen: Observation,
): Promise<Observation> {
  const { request, target, facts } = context;
  if (request.dryRun || request.kind === 'rollback' || target.place.strategy === 'restart') {
    return seen;
  }
  const left = leftOvers(seen).filter(({ release }) => release !== facts.release);
  if (left.length === 0) return seen;
  for (const { release } of left) {
    await runScript(context, host, 'cleanup', {
      release,
      // Anything: where nothing is live by the record, nginx is still asked before it is ended.
      live_before: seen.facts.live ?? 'nothing',
      live_release: seen.facts.liveRelease ?? '',
    });
  }
  const now = await observeWithConfig(context, host);
  const said = left.map(
    ({ release, slot, runs }) =>
      `${release} ${runs ? 'ran' : 'stood'} in ${slot} and had never got through a watch: its deployment was not ended, so it was removed`,
  );
  return { ...now, warnings: [...said, ...now.warnings] };
}
