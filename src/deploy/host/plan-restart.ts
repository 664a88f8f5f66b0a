import { StageFailed } from '../record/errors.ts';
import type { Slot } from '../record/events.ts';
import type { Observation } from './observe.ts';
import { planSlot } from './choose-slot.ts';
import type { Target } from '../settings/settings.ts';

export interface RestartPlan {
  /** What is live, and will be again. */
  release: string;
  live: Slot;
  /** Where it is started anew, beside what users are on. */
  slot: Slot;
}

/** The live release once more, in the idle slot: only where every host has it, and a unit of ours for either slot. */
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
  if (release.startsWith('adopted-')) {
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
