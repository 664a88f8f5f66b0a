// Decides whether the live release can be restarted, and in which slot it starts again.
import { isAdopted } from '../settings/layout.ts';
import { StageFailed } from '../record/errors.ts';
import type { Slot } from '../record/events.ts';
import type { Observation } from './observe.ts';
import { planSlot } from './choose-slot.ts';
import type { Target } from '../settings/settings.ts';

export interface RestartPlan {
  /** The live release, which is started again. */
  release: string;
  live: Slot;
  /** The idle slot in which it starts, beside the live one. */
  slot: Slot;
}

/** Fails with StageFailed `nothing-to-restart` unless every host has the release, with argo-bot's own unit. */
export function planRestart(
  target: Target,
  observations: Record<string, Observation>,
): RestartPlan {
  const { live, slot } = planSlot(target, 'idle', observations);
  const hosts = Object.entries(observations);
  const [without] = hosts.find(([, { facts }]) => facts.liveRelease === undefined) ?? [];
  const release = hosts[0]?.[1].facts.liveRelease;
  if (live === undefined || release === undefined || without !== undefined) {
    throw new StageFailed(
      `nothing that argo-bot could restart is live on ${without ?? 'the hosts'}`,
      {
        code: 'nothing-to-restart',
        host: without,
        next: 'Nothing was changed. /argo deploy brings a release there.',
      },
    );
  }
  if (isAdopted(release)) {
    throw new StageFailed(
      `what is live in ${live} was laid out by hand: there is no unit to start it with anywhere else`,
      {
        code: 'nothing-to-restart',
        next: 'Nothing was changed. Restart it on the host with systemctl, or /argo deploy a release of its commit.',
      },
    );
  }
  return { release, live, slot };
}
