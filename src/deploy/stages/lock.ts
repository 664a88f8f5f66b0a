// Does the stage that locks the environment after a rollback, and marks the release bad.
import { BOT } from '../record/events.ts';
import { describeRequest } from '../record/requests.ts';
import { onEveryHost, runScript } from '../step/on-every-host.ts';
import type { Stage, StageContext } from '../step/stage.ts';

/** No deployment may start before a person has looked at the reason. */
export const lock: Stage = {
  async run(context) {
    const { deployment, ports, request } = context;
    const bad = await onEveryHost(context, async (host) => {
      const release = releaseLeft(context, host.name);
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

/** The release that this host left; undefined if it was on the rollback target already. */
function releaseLeft({ request, facts }: StageContext, host: string): string | undefined {
  const left = describeRequest(request).rollsBack
    ? facts.hosts?.[host]?.liveRelease
    : facts.release;
  return left === facts.rollbackTo?.release ? undefined : left;
}
