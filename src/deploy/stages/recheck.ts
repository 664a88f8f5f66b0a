// Implements the stage right before the switch: compares the commit and the hosts with what was approved.
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
import type { Host } from '../ports/ports.ts';
import { placementOf, type Stage, type StageContext } from '../step/stage.ts';

/** Disk space in bytes that the guard and its scripts need on the host. */
const ROOM_BYTES = 131_072;

/** Compares the hosts with what the approver saw, minutes ago perhaps. If a host has changed, the approval is void. */
export const recheck: Stage = {
  async run(context) {
    refuseOldApproval(context.deployment);
    const commitCheck = recheckCommit(context);
    commitCheck.catch(() => undefined);
    const seen = await onEveryHost(context, (host) => recheckHost(context, host));
    const warnings = await commitCheck;
    return {
      warnings,
      summary: `hosts unchanged${hasOneUnit(context.target) ? '' : ', the release still answers'}`,
      facts: {
        restarts: mapHosts(seen, ({ restarts }) => restarts),
        baseline: mapHosts(seen, ({ baseline }) => baseline),
      },
    };
  },
};

/** Claims the host again and compares it with what was approved. The checks that only read run at the same time. */
async function recheckHost(context: StageContext, host: Host) {
  const approved = requireFact(context.facts, 'hosts')[host.name];
  // The measurement starts before the claim, because it only sends ordinary requests to the service.
  const times = measureBaseline(context, host, approved?.live);
  times.catch(() => undefined);
  const reads = { python: false, configs: true };
  const ahead = observationCalls(context, reads);
  // Start the claim before the health checks. It takes longer, and the first script gets the open SSH channel.
  const claiming = runScript(context, host, 'claim', { room: ROOM_BYTES }, { ahead });
  // If the host has changed, the change is reported, and not a failure of the health checks.
  const healthChecks = recheckRelease(context, host);
  healthChecks.catch(() => undefined);
  await claiming;
  const now = await observeWithConfig(context, host, reads);
  const changes = changesOn(context, approved, now);
  if (changes.length > 0) throw changedFailure(context, host, now, changes);
  const [restarts, baseline] = await Promise.all([healthChecks, times]);
  return { restarts, baseline };
}

/** Returns the new release's restart count; 0 with `strategy: restart`, where the release does not run yet. */
async function recheckRelease(context: StageContext, host: Host): Promise<number> {
  if (hasOneUnit(context.target)) return 0;
  startRecheck(context, host);
  const checks = [recheckHealth(context, host), checkProxyConfig(context, host)] as const;
  return (await Promise.all(checks))[0];
}

type Seen = Awaited<ReturnType<typeof observeWithConfig>>;

function changesOn(
  context: StageContext,
  approved: HostFacts | undefined,
  { facts: now, trafficMismatch, refused }: Seen,
): string[] {
  const { slot, release } = placementOf(context);
  return [
    ...(trafficMismatch ? [trafficMismatch] : []),
    ...difference('The live slot', now.live, approved?.live),
    ...difference('The live release', now.liveRelease, approved?.liveRelease),
    ...(hasOneUnit(context.target) || now.slots[slot] === release
      ? []
      : [`Slot ${slot} holds ${now.slots[slot] ?? 'nothing'}, expected ${release}`]),
    ...editedSince(approved, now),
    ...(describeRequest(context.request).makesRelease ? refused : []),
  ];
}

const difference = (what: string, is: string | undefined, was: string | undefined): string[] =>
  is === was ? [] : [`${what} is ${is ?? 'none'}, was ${was ?? 'none'}`];

function changedFailure(
  { target }: StageContext,
  { name }: Host,
  { facts, proxied, trafficMismatch }: Seen,
  changes: readonly string[],
): StageFailed {
  return new StageFailed(`${name} changed after the approval request. ${changes.join('. ')}`, {
    code: trafficMismatch === undefined ? 'drift' : 'traffic-elsewhere',
    host: name,
    next:
      trafficMismatch === undefined
        ? `on ${name}, \`sudo journalctl -n 50 _COMM=sudo\` shows who changed it. Then \`/argo deploy\`: the new approval card lists the change.`
        : trafficAdvice(target, name, { proxied, facts }),
  });
}

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
