import { observeWithConfig } from './config-on-host.ts';
import type { Slot } from '../record/events.ts';
import type { Observation } from './observe.ts';
import { runScript } from '../step/on-every-host.ts';
import type { Host } from '../ports/ports.ts';
import type { StageContext } from '../step/stage.ts';

export interface OrphanedReleases {
  release: string;
  /** The idle slot that holds it; undefined where none does. */
  slot: Slot | undefined;
  runs: boolean;
}

/**
 * What is kept without a verdict and without users: its deployment was never ended, since Redis lost its record or
 * a cleanup did not get through. Nobody is offered it.
 */
export function leftOvers(seen: Observation): OrphanedReleases[] {
  const { facts, releases, proxied, elsewhere, active } = seen;
  // Where users are is then not certain, and it might be there.
  if (elsewhere !== undefined) return [];
  return releases.flatMap(({ name: release, verdict }): OrphanedReleases[] => {
    if (verdict !== 'none' || release.startsWith('adopted-')) return [];
    if (release === facts.liveRelease) return [];
    const slot = (['blue', 'green'] as const).find((one) => facts.slots[one] === release);
    if (slot === undefined) return [{ release, slot, runs: false }];
    if (slot === facts.live || proxied.includes(slot)) return [];
    return [{ release, slot, runs: active[slot] === 'active' }];
  });
}

/** Ends and removes it, so that it does not run on should this deployment end before it fills the slot. */
export async function withoutLeftOvers(
  context: StageContext,
  host: Host,
  seen: Observation,
): Promise<Observation> {
  const { request, target, facts } = context;
  if (request.dryRun || request.kind === 'rollback') return seen;
  // With one unit nothing waits in a slot: what is there, is or was live.
  const anywhere = target.place.strategy === 'proxy';
  const left = leftOvers(seen).filter(
    ({ release, slot }) => release !== facts.release && (anywhere || slot === undefined),
  );
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
      `${release} ${slot ? `${runs ? 'ran' : 'stood'} in ${slot}` : 'was kept'} and had never got through a watch: its deployment was not ended, so it was removed`,
  );
  return { ...now, warnings: [...said, ...now.warnings] };
}
