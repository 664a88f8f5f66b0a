// Decides which releases on a host are orphaned (owned by no deployment), and removes them.
import { isAdopted, hasOneUnit } from '../settings/layout.ts';
import { observeWithConfig } from './config-on-host.ts';
import { type Slot, slotNames } from '../record/events.ts';
import { describeRequest, isDryRun } from '../record/requests.ts';
import type { Observation } from './observe.ts';
import { runScript } from '../step/on-every-host.ts';
import type { Host } from '../ports/ports.ts';
import type { StageContext } from '../step/stage.ts';

export interface OrphanedRelease {
  release: string;
  /** The idle slot that holds the release, if any. */
  slot: Slot | undefined;
  runs: boolean;
}

/** Returns releases without users and without a verdict: Redis lost their deployment, or its cleanup failed. */
export function orphanedReleases(seen: Observation): OrphanedRelease[] {
  const { facts, releases, proxied, trafficMismatch, active } = seen;
  // If traffic and .current_color disagree, users may be on any slot.
  if (trafficMismatch !== undefined) return [];
  return releases.flatMap(({ name: release, verdict }): OrphanedRelease[] => {
    if (verdict !== 'none' || isAdopted(release)) return [];
    if (release === facts.liveRelease) return [];
    const slot = slotNames.find((one) => facts.slots[one] === release);
    if (slot === undefined) return [{ release, slot, runs: false }];
    if (slot === facts.live || proxied.includes(slot)) return [];
    return [{ release, slot, runs: active[slot] === 'active' }];
  });
}

/** Removes orphaned releases at the claim. If this deployment fails early, no other code would stop their services. */
export async function removeOrphanedReleases(
  context: StageContext,
  host: Host,
  seen: Observation,
): Promise<Observation> {
  const { request, target, facts } = context;
  if (isDryRun(request) || describeRequest(request).rollsBack) return seen;
  // With one unit, a release gets into a slot only by a restart, which makes it live. So releases in slots are kept.
  const anywhere = !hasOneUnit(target);
  const left = orphanedReleases(seen).filter(
    ({ release, slot }) => release !== facts.release && (anywhere || slot === undefined),
  );
  if (left.length === 0) return seen;
  for (const { release } of left) {
    await runScript(context, host, 'cleanup', {
      release,
      // With an empty `live_before`, the script would stop the slot without asking nginx whether users are on it.
      live_before: seen.facts.live ?? 'nothing',
      live_release: seen.facts.liveRelease ?? '',
    });
  }
  const now = await observeWithConfig(context, host);
  const said = left.map(
    ({ release, slot, runs }) =>
      `${release} ${slot ? `${runs ? 'ran' : 'stood'} in ${slot}` : 'was kept'} and never passed a watch: its deployment did not finish, so it was removed`,
  );
  return { ...now, warnings: [...said, ...now.warnings] };
}
