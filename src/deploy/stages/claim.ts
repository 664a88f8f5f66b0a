// Implements the stage that claims the hosts: reads their state, and finds slot, rollback target and changes for users.
import { describeRequest, isDryRun, slotOf } from '../record/requests.ts';
import { changesBetween, packageChanges } from '../release/changes.ts';
import { refuseLocations, observationCalls, observeWithConfig } from '../host/config-on-host.ts';
import { driftWarnings } from '../host/config-drift.ts';
import { describeService, type Observations } from '../host/observe.ts';
import { StageFailed } from '../record/errors.ts';
import { type Facts, isNewHost, requireFact } from '../record/facts.ts';
import { MAKERS_SEARCHED, readLastDowntimeMs, readSubjects } from '../history/search-history.ts';
import { readsOfClaim, readSlotEarly } from '../host/claim-early.ts';
import { hasOneUnit } from '../settings/layout.ts';
import { refuseSecondRollback } from '../host/refuse-second-rollback.ts';
import { removeOrphanedReleases } from '../host/orphaned-releases.ts';
import {
  withRollbackCandidates,
  chooseRollbackTarget,
  doubtOf,
  firstSwitchToUndo,
} from '../host/rollback-target.ts';
import { linesByHost, mapHosts, onEveryHost, runScript } from '../step/on-every-host.ts';
import { describeSlots, planRestart, planSlot, refuseStaleUnits } from '../host/choose-slot.ts';
import { recheckPython } from '../python/check-python.ts';
import type { Stage, StageContext, StageResult } from '../step/stage.ts';

export const claim: Stage = {
  async run(context) {
    const { makesRelease } = describeRequest(context.request);
    const reads = readsOfClaim(context.request);
    const observations = await onEveryHost(context, async (host) => {
      // A dry run changes nothing on a host, not even the epoch that the script `claim` stores there.
      if (!isDryRun(context.request)) {
        await runScript(context, host, 'claim', {}, { ahead: observationCalls(context, reads) });
      }
      const seen = await observeWithConfig(context, host, reads);
      // If a config location is not writable, a new release is refused. A restart only shows a warning.
      if (makesRelease) refuseLocations(host.name, seen.refused);
      return removeOrphanedReleases(context, host, seen);
    });
    const warnings = linesByHost(observations, ({ warnings: said, facts }) => [
      ...said,
      ...driftWarnings(facts, context.target.place.config_locations),
    ]);
    const hosts = mapHosts(observations, ({ facts }) => facts);
    const plan = await planOf(context, observations);
    const subjects = await readSubjects(context.ports.records, context.request, hosts, plan.facts);
    return {
      summary: plan.summary,
      warnings: [...warnings, ...(plan.warnings ?? [])],
      facts: { hosts, subjects, ...plan.facts },
    };
  },
};

async function planOf(context: StageContext, observations: Observations): Promise<StageResult> {
  const { request } = context;
  if (describeRequest(request).rollsBack) return planRollback(context, observations);
  return describeRequest(request).keepsRelease
    ? planRestartOf(context, observations)
    : planRelease(context, observations);
}

/** A rollback may start while hosts have different live releases: it puts them all on one release. */
async function planRollback(
  context: StageContext,
  observations: Observations,
): Promise<StageResult> {
  const { request, target, ports } = context;
  refuseStaleUnits(target, observations);
  const warnings = linesByHost(observations, ({ facts }) =>
    isNewHost(facts) ? ['it has no release yet, so it is left out'] : [],
  );
  const undo = firstSwitchToUndo(request, observations);
  if (undo) {
    const { before, ...left } = undo;
    return { summary: `rolling back to ${describeService(before)}`, warnings, facts: left };
  }
  try {
    const rollbackTo = chooseRollbackTarget(request, observations);
    if (!hasOneUnit(target)) readSlotEarly(context, rollbackTo.slot);
    const history = await ports.records.history(request, MAKERS_SEARCHED);
    const lock = await ports.records.readLock(request);
    refuseSecondRollback(request, rollbackTo, observations, { history, lock });
    return { summary: `rolling back to ${rollbackTo.release}`, warnings, facts: { rollbackTo } };
  } catch (error) {
    throw await withRollbackCandidates(error, request, ports.records);
  }
}

async function planRestartOf(
  context: StageContext,
  observations: Observations,
): Promise<StageResult> {
  const { release, live, slot } = planRestart(context.target, observations);
  const rollbackTo = { release, slot: live };
  return {
    summary: `${release} is live, and starts again`,
    facts: { release, slot, rollbackTo, ...(await lastDowntime(context)) },
  };
}

async function planRelease(
  context: StageContext,
  observations: Observations,
): Promise<StageResult> {
  const { target, request } = context;
  const { live, slot } = planSlot(target, slotOf(request), observations);
  const servedBefore = Object.values(observations).some(({ serviceBefore }) => serviceBefore);
  refuseOtherCommit(context, observations);
  const checkedFor = await recheckPython(
    context,
    mapHosts(observations, ({ facts }) => facts),
  );
  const release = Object.values(observations).find(({ facts }) => !isNewHost(facts))?.facts
    .liveRelease;
  const rollbackTo =
    live && release ? { release, slot: live, ...doubtOf(release, observations) } : undefined;
  return {
    summary: describeSlots(target, { live, slot, release }),
    facts: {
      slot,
      ...(checkedFor === undefined ? {} : { checkedFor }),
      ...(servedBefore ? { servedBefore } : {}),
      ...(await changesSince(context, observations)),
      ...(await lastDowntime(context)),
      ...(rollbackTo ? { rollbackTo } : {}),
    },
  };
}

/** Returns how long users had no service in the last restart; the approval card shows it. */
async function lastDowntime({ ports, request }: StageContext): Promise<Facts> {
  if (request.strategy !== 'restart') return {};
  const ms = await readLastDowntimeMs(ports.records, request);
  return ms === undefined ? {} : { lastDowntimeMs: ms };
}

/** A config push must not change the code: it refuses if a host has another commit than the records say. */
function refuseOtherCommit({ request, facts }: StageContext, observations: Observations): void {
  if (request.kind !== 'config-push') return;
  const { sha } = requireFact(facts, 'commit');
  for (const [host, { facts: seen, liveCommit }] of Object.entries(observations)) {
    if (isNewHost(seen) || liveCommit === sha) continue;
    const live = liveCommit?.slice(0, 7) ?? 'no commit of argo-bot';
    throw new StageFailed(
      `${live} is live on ${host}, not ${sha.slice(0, 7)} as the records say, so the config push would deploy other code`,
      {
        code: 'other-commit-live',
        host,
        next: '`/argo deploy` with the commit that you want; it deploys the current config, too.',
      },
    );
  }
}

/** Finds the commits, config keys, packages and authors that are new to users, for the approval card. */
async function changesSince(
  context: StageContext,
  observations: Observations,
): Promise<Pick<Facts, 'commits' | 'configChanges' | 'packageChanges' | 'authors'>> {
  const { ports, target, facts } = context;
  const first = Object.values(observations).find(({ facts: seen }) => !isNewHost(seen));
  const { sha } = requireFact(facts, 'commit');
  const [commits, packages, authors] = await Promise.all([
    ports.source.commits(target.settings.source, first?.liveCommit, sha, 50),
    packageChanges(context, first?.liveCommit),
    authorsSince(context, observations, sha),
  ]);
  const configChanges = changesBetween(first?.fingerprints ?? {}, facts.configFingerprints ?? {});
  return { commits, configChanges, ...packages, ...authors };
}

/** Returns the authors of commits that at least one host does not have yet; none if authors may approve. */
async function authorsSince(
  { ports, target, signal }: StageContext,
  observations: Observations,
  sha: string,
): Promise<Pick<Facts, 'authors'>> {
  const { settings, place } = target;
  if (place.approval.authors === 'may_approve') return {};
  const live = new Set(
    Object.values(observations)
      .filter(({ facts }) => !isNewHost(facts))
      .map(({ liveCommit }) => liveCommit),
  );
  const from = live.size > 0 ? [...live] : [undefined];
  const all = await Promise.all(
    from.map((commit) => ports.source.authors(settings.source, commit, sha, signal)),
  );
  return { authors: [...new Map(all.flat().map((author) => [author.email, author])).values()] };
}
