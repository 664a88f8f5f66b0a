// Implements the stages that restart a service with one unit into a release, and back.
import { describeRequest } from '../record/requests.ts';
import { StageFailed, NOTHING_TO_RETURN_TO } from '../record/errors.ts';
import { type Downtime, isNewHost } from '../record/facts.ts';
import { longestDowntime } from '../history/search-history.ts';
import { isGuardReturn } from '../host/guard.ts';
import { mapHosts, oneAtATime, onEveryHost } from '../step/on-every-host.ts';
import type { Host } from '../ports/ports.ts';
import {
  nextAfterLock,
  returnHosts,
  type Restarted,
  restartHost,
  type Times,
  describeDowntime,
} from '../host/restart-hosts.ts';
import { placementOf, type Stage, type StageContext } from '../step/stage.ts';

/** Hosts restart one by one, so that the others serve users. A failure rolls back the hosts restarted so far. */
export const restart: Stage = {
  async run(context) {
    const placement = placementOf(context);
    const results: Record<string, Restarted> = {};
    const restarted: { host: Host; times: Times }[] = [];
    for (const host of await context.openHosts()) {
      const times: Times = {};
      const before = previousRelease(context, host);
      if (before) restarted.unshift({ host, times });
      try {
        const goal = { ...placement, back: before };
        results[host.name] = await restartHost(context, host, goal, times);
      } catch (error) {
        if (!(error instanceof StageFailed) || context.signal.aborted) throw error;
        throw await afterFailure(context, restarted, error);
      }
    }
    const { summary, downtime, warnings } = summarize(results);
    const restarts = mapHosts(results, (one) => one.restarts);
    return {
      summary: `users are on ${placement.release}${summary}`,
      warnings,
      facts: { switchedAt: Date.now(), downtime, restarts },
    };
  },
};

/** Restarts hosts one by one into the rollback target, unless the failed `restart` stage has rolled them back. */
export const restartBack: Stage = {
  async run(context) {
    const { rollbackTo, hosts, release } = context.facts;
    const byHand = describeRequest(context.request).rollsBack;
    const results = await onEveryHost(
      context,
      oneAtATime(async (host) => {
        if (rollbackTo && byHand && isNewHost(hosts?.[host.name])) return undefined;
        if (!rollbackTo || isNewHost(hosts?.[host.name])) throw nothingToReturnTo(context, host);
        const why = context.deployment.rollback?.reason ?? 'rolled back';
        const again = release === rollbackTo.release;
        const bad = byHand || !release || again ? undefined : { release, why };
        return restartHost(context, host, { ...rollbackTo, bad });
      }),
    );
    const { summary, downtime, warnings } = summarize(results);
    return {
      summary: `users are on ${rollbackTo?.release ?? 'what they had'}${summary}`,
      warnings: [...warnings, ...Object.values(results).flatMap((one) => one?.edits ?? [])],
      facts: { downtimeBack: downtime },
    };
  },
};

/** Rolls back the restarted hosts, except one whose guard has already done it. Returns the failure to report. */
async function afterFailure(
  context: StageContext,
  restarted: { host: Host; times: Times }[],
  error: StageFailed,
): Promise<StageFailed> {
  const { rollbackTo } = context.facts;
  const alone = isGuardReturn(error);
  const others = restarted.filter(({ host }) => !alone || host.name !== error.host);
  if (rollbackTo && others.length > 0) return returnHosts(context, others, rollbackTo, error);
  return alone ? error : firstReleaseFailure(error);
}

function previousRelease({ facts }: StageContext, host: Host): string | undefined {
  return isNewHost(facts.hosts?.[host.name]) ? undefined : facts.rollbackTo?.release;
}

function summarize(results: Record<string, Restarted | undefined>) {
  const all = Object.entries(results).flatMap(([host, one]) => (one ? [{ host, ...one }] : []));
  const measured = all.flatMap(({ host, downtime }): [string, Downtime][] =>
    downtime ? [[host, downtime]] : [],
  );
  const downtime = Object.fromEntries(measured);
  const worst = longestDowntime(downtime);
  const each = measured.length > 1 ? ' on the slowest host' : '';
  return {
    summary: worst ? `; no good answer for ${describeDowntime(worst)}${each}` : '',
    downtime,
    warnings: all.flatMap(({ warnings }) => warnings),
  };
}

function firstReleaseFailure(failure: StageFailed): StageFailed {
  return new StageFailed(`${failure.message}\nThere is no earlier release to roll back to.`, {
    code: failure.code,
    host: failure.host,
    next: nextAfterLock(failure.next),
    log: failure.log,
    cause: failure,
  });
}

function nothingToReturnTo({ facts }: StageContext, host: Host): StageFailed {
  return new StageFailed(
    `there is no earlier release on ${host.name}: ${facts.release ?? 'the new one'} stays as it is`,
    {
      code: NOTHING_TO_RETURN_TO,
      host: host.name,
      next: 'deploy a fix: `/argo unlock`, then `/argo deploy`.',
    },
  );
}
