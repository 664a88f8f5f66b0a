// Does the stage right before the switch: compares the commit and the hosts with what was approved.
import { hasOneUnit } from '../settings/layout.ts';
import { admitCommit } from '../release/admit-commit.ts';
import { StageFailed } from '../record/errors.ts';
import { refuseOldApproval } from '../acts/approval.ts';
import {
  measureBaseline,
  checkProxyConfig,
  recheckHealth,
  startRecheck,
} from '../health/recheck-health.ts';
import { type ConfigDrift, type HostFacts, requireFact } from '../record/facts.ts';
import { describeRequest } from '../record/requests.ts';
import { trafficAdvice } from '../host/choose-slot.ts';
import { describeEdit } from '../host/config-drift.ts';
import { observationCalls, observeWithConfig } from '../host/config-on-host.ts';
import { mapHosts, onEveryHost, runScript } from '../step/on-every-host.ts';
import { placementOf, type Stage, type StageContext } from '../step/stage.ts';

/** Disk space in bytes that the guard and its scripts need on the host. */
const ROOM_BYTES = 131_072;

/** The approval may be minutes old: if a host changed since, the approval is void. */
export const recheck: Stage = {
  async run(context) {
    const { facts, request } = context;
    const { slot, release } = placementOf(context);
    // With `strategy: restart` the new release does not run yet, so there is nothing of it to check.
    const oneUnit = hasOneUnit(context.target);
    refuseOldApproval(context.deployment);
    const commitCheck = recheckCommit(context);
    commitCheck.catch(() => undefined);
    const seen = await onEveryHost(context, async (host) => {
      const approved = requireFact(facts, 'hosts')[host.name];
      // Starts before the claim, because it sends ordinary requests to the service and changes nothing.
      const times = measureBaseline(context, host, approved?.live);
      times.catch(() => undefined);
      if (!oneUnit) startRecheck(context, host);
      // These only read, so they run beside the claim. If the host has changed, that is reported, not their failure.
      const healthChecks = oneUnit
        ? Promise.resolve(0)
        : Promise.all([recheckHealth(context, host), checkProxyConfig(context, host)]).then(
            ([restarts]) => restarts,
          );
      healthChecks.catch(() => undefined);
      const ahead = observationCalls(context, false);
      await runScript(context, host, 'claim', { room: ROOM_BYTES }, { ahead });
      const {
        facts: now,
        proxied,
        trafficMismatch,
        refused,
      } = await observeWithConfig(context, host, false);
      const changes = [
        ...(trafficMismatch ? [trafficMismatch] : []),
        ...(now.live === approved?.live
          ? []
          : [`The live slot is ${now.live ?? 'none'}, was ${approved?.live ?? 'none'}`]),
        ...(now.liveRelease === approved?.liveRelease
          ? []
          : [
              `The live release is ${now.liveRelease ?? 'none'}, was ${approved?.liveRelease ?? 'none'}`,
            ]),
        ...(oneUnit || now.slots[slot] === release
          ? []
          : [`Slot ${slot} holds ${now.slots[slot] ?? 'nothing'}, expected ${release}`]),
        ...editedSince(approved, now),
        ...(describeRequest(request).makesRelease ? refused : []),
      ];
      if (changes.length === 0) {
        const [restarts, baseline] = await Promise.all([healthChecks, times]);
        return { restarts, baseline };
      }
      throw new StageFailed(
        `${host.name} changed after the approval request. ${changes.join('. ')}`,
        {
          code: trafficMismatch === undefined ? 'drift' : 'traffic-elsewhere',
          host: host.name,
          next:
            trafficMismatch === undefined
              ? `on ${host.name}, \`sudo journalctl -n 50 _COMM=sudo\` shows who changed it. Then \`/argo deploy\`: the new approval card lists the change.`
              : trafficAdvice(context.target, host.name, { proxied, facts: now }),
        },
      );
    });
    const warnings = await commitCheck;
    return {
      warnings,
      summary: `hosts unchanged${oneUnit ? '' : ', the release still answers'}`,
      facts: {
        restarts: mapHosts(seen, ({ restarts }) => restarts),
        baseline: mapHosts(seen, ({ baseline }) => baseline),
      },
    };
  },
};

/** Checks again that the commit is allowed, because its branch may have been reset. Returns warnings. */
async function recheckCommit(context: StageContext): Promise<string[]> {
  const { facts, request } = context;
  if (!describeRequest(request).makesRelease || facts.commit === undefined) return [];
  return (await admitCommit(context, facts.commit.sha)).warnings;
}

/** Describes edits by hand that were made after the approval request: the approver has not agreed to lose them. */
function editedSince(approved: HostFacts | undefined, now: HostFacts): string[] {
  const seen = new Set(approved?.drift?.map((one) => signature(one)));
  if (!approved?.drift) return [];
  return (now.drift ?? [])
    .filter((one) => !seen.has(signature(one)))
    .map((one) => describeEdit(one));
}

/** Identifies an edit. Missing values become null, because the journal drops undefined ones. */
function signature({ path, kind, changes }: ConfigDrift): string {
  const keys = changes?.map(({ key, was, now }) => [key, was ?? null, now ?? null]);
  return JSON.stringify([path, kind, keys ?? null]);
}
