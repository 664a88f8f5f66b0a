// Implements the stage that locks the environment after a rollback, and marks the release bad.
import { describeRequest, reasonOf } from '../record/requests.ts';
import { BOT } from '../record/events.ts';
import type { Placement } from '../record/facts.ts';
import type { Host } from '../ports/ports.ts';
import { onEveryHost, runScript } from '../step/on-every-host.ts';
import type { Stage, StageContext } from '../step/stage.ts';

/** After a rollback, no deployment may start before a person has reviewed the reason and unlocked. */
export const lock: Stage = {
  async run(context) {
    const { deployment, ports, request } = context;
    const bad = await onEveryHost(context, async (host) => {
      const release = abandonedRelease(context, host)?.release;
      if (release) await runScript(context, host, 'verdict', { release, verdict: 'bad' });
      return release;
    });
    const names = [...new Set(Object.values(bad).filter((name) => name !== undefined))];
    const from = names.length > 0 ? names.join(' and ') : 'its release';
    const reason =
      deployment.rollback?.reason ?? reasonOf(request) ?? `rolled back from ${from} by a person`;
    const at = Date.now();
    const person = describeRequest(request).rollsBack ? request.origin.user : BOT;
    const by = deployment.rollback?.by ?? person;
    const { service, environment } = request;
    await ports.records.lock({ service, environment }, { reason, by, at });
    return { summary: 'pending review', facts: { lockedAt: at } };
  },
};

/** Returns the release that the rollback took from a host's users; undefined if they had its target already. */
export function abandonedRelease(
  { request, facts }: StageContext,
  host: Host,
): Placement | undefined {
  const seen = facts.hosts?.[host.name];
  const [slot, release] = describeRequest(request).rollsBack
    ? [seen?.live, seen?.liveRelease]
    : [facts.slot, facts.release];
  return slot && release && release !== facts.rollbackTo?.release ? { slot, release } : undefined;
}
