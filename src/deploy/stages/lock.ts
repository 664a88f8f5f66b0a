// Does the stage that locks the environment after a rollback, and marks the release bad.
import { describeRequest } from '../record/requests.ts';
import { BOT } from '../record/events.ts';
import type { Placement } from '../record/facts.ts';
import type { Host } from '../ports/ports.ts';
import { onEveryHost, runScript } from '../step/on-every-host.ts';
import type { Stage, StageContext } from '../step/stage.ts';

/** No deployment may start before a person has looked at the reason. */
export const lock: Stage = {
  async run(context) {
    const { deployment, ports, request } = context;
    const bad = await onEveryHost(context, async (host) => {
      const release = releaseLeft(context, host)?.release;
      if (release) await runScript(context, host, 'verdict', { release, verdict: 'bad' });
      return release;
    });
    const names = [...new Set(Object.values(bad).filter((name) => name !== undefined))];
    const from = names.length > 0 ? names.join(' and ') : 'its release';
    const reason = deployment.rollback?.reason ?? `rolled back from ${from} by hand`;
    await ports.records.lock(
      { service: request.service, environment: request.environment },
      {
        reason,
        by:
          deployment.rollback?.by ??
          (describeRequest(request).rollsBack ? request.origin.user : BOT),
        at: Date.now(),
      },
    );
    return { summary: 'until somebody says /argo unlock' };
  },
};

/** The release that users of a host left; undefined if it was on the rollback target already. */
export function releaseLeft({ request, facts }: StageContext, host: Host): Placement | undefined {
  const seen = facts.hosts?.[host.name];
  const [slot, release] = describeRequest(request).rollsBack
    ? [seen?.live, seen?.liveRelease]
    : [facts.slot, facts.release];
  return slot && release && release !== facts.rollbackTo?.release ? { slot, release } : undefined;
}
