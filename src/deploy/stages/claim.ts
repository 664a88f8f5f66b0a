// Does the stage that claims the hosts, and decides slot, rollback target, and what is new to users.
import { changesBetween } from '../release/config-changes.ts';
import { refuseLocations, driftWarnings, observeWithConfig } from '../host/config-on-host.ts';
import { type Observation, describeService } from '../host/observe.ts';
import { StageFailed } from '../record/errors.ts';
import { type Facts, type HostFacts, isNewHost, requireFact } from '../record/facts.ts';
import { describeRequest, isDryRun, slotOf } from '../record/requests.ts';
import { readLastDowntimeMs } from '../history/last-downtime.ts';
import { removeOrphanedReleases } from '../host/orphaned-releases.ts';
import {
  withRollbackCandidates,
  chooseRollbackTarget,
  firstSwitchToUndo,
} from '../host/rollback-target.ts';
import { onEveryHost, runScript } from '../step/on-every-host.ts';
import { packageChanges } from '../release/package-changes.ts';
import { planRestart, planSlot, refuseStaleUnits } from '../host/choose-slot.ts';
import { recheckPython } from '../python/check-python.ts';
import type { Stage, StageContext } from '../step/stage.ts';

export const claim: Stage = {
  async run(context) {
    const { makesRelease } = describeRequest(context.request);
    const observations = await onEveryHost(context, async (host) => {
      // A dry run changes nothing on a host, not even the epoch.
      if (!isDryRun(context.request)) await runScript(context, host, 'claim');
      const seen = await observeWithConfig(context, host);
      // A rollback or a restart is not refused for an unwritable location: it shows a warning.
      if (makesRelease) refuseLocations(host.name, seen.refused);
      return removeOrphanedReleases(context, host, seen);
    });
    const hosts = Object.fromEntries(
      Object.entries(observations).map(([name, { facts }]) => [name, facts]),
    );
    const warnings = Object.entries(observations).flatMap(([name, { warnings: said, facts }]) =>
      [...said, ...driftWarnings(facts)].map((warning) => `${name}: ${warning}`),
    );
    if (describeRequest(context.request).rollsBack) {
      refuseStaleUnits(context.target, observations);
      warnings.push(
        ...newHosts(hosts).map((name) => `${name}: it has no release yet, so it is left out`),
      );
      const undo = firstSwitchToUndo(context.request, observations);
      if (undo) {
        const { before, ...left } = undo;
        return {
          summary: `going back to ${describeService(before)}`,
          warnings,
          facts: { hosts, ...left },
        };
      }
      // Works if the hosts disagree, too: the rollback puts them on one release.
      const rollbackTo = await rollbackTarget(context, observations);
      const summary = `going back to ${rollbackTo.release}`;
      return { summary, warnings, facts: { hosts, rollbackTo } };
    }
    if (describeRequest(context.request).keepsRelease) {
      const { release, live, slot } = planRestart(context.target, observations);
      return {
        summary: `${release} is live in ${live}, and starts again in ${slot}`,
        warnings,
        facts: {
          hosts,
          release,
          slot,
          ...(await lastDowntime(context)),
          rollbackTo: { release, slot: live },
        },
      };
    }
    const { live, slot } = planSlot(context.target, slotOf(context.request), observations);
    refuseOtherCommit(context, observations);
    const checkedFor = await recheckPython(context, hosts);
    const liveRelease = Object.values(hosts).find((facts) => !isNewHost(facts))?.liveRelease;
    return {
      summary: live ? `${live} is live, ${slot} is idle` : `nothing is live yet, ${slot} is first`,
      warnings,
      facts: {
        hosts,
        slot,
        ...(checkedFor === undefined ? {} : { checkedFor }),
        ...(await changesSince(context, observations)),
        ...(await lastDowntime(context)),
        ...(live && liveRelease
          ? {
              rollbackTo: {
                release: liveRelease,
                slot: live,
                ...doubtOf(liveRelease, observations),
              },
            }
          : {}),
      },
    };
  },
};

/** An automatic rollback returns to the live release whatever its verdict; later ones only to good releases. */
function doubtOf(release: string, observations: Record<string, Observation>): { doubt?: string } {
  const doubt = Object.values(observations)
    .flatMap(({ releases }) => releases)
    .find(({ name, verdict }) => name === release && DOUBTS.has(verdict))?.verdict;
  return doubt === undefined ? {} : { doubt };
}

const DOUBTS: ReadonlySet<string> = new Set(['unhealthy', 'unwatched', 'bad']);

/** The approver of a restart sees how long the last one took. */
async function lastDowntime({ ports, request }: StageContext): Promise<Facts> {
  if (request.strategy !== 'restart') return {};
  const ms = await readLastDowntimeMs(ports.records, request);
  return ms === undefined ? {} : { lastDowntimeMs: ms };
}

async function rollbackTarget(
  { request, ports }: StageContext,
  observations: Record<string, Observation>,
): Promise<NonNullable<Facts['rollbackTo']>> {
  try {
    return chooseRollbackTarget(request, observations);
  } catch (error) {
    throw await withRollbackCandidates(error, request, ports.records);
  }
}

function newHosts(hosts: Record<string, HostFacts>): string[] {
  return Object.keys(hosts).filter((name) => isNewHost(hosts[name]));
}

/** A config push must not deploy other code than users have. */
function refuseOtherCommit(
  { request, facts }: StageContext,
  observations: Record<string, Observation>,
): void {
  if (request.kind !== 'config-push') return;
  const { sha } = requireFact(facts, 'commit');
  for (const [host, { facts: seen, liveCommit }] of Object.entries(observations)) {
    if (isNewHost(seen) || liveCommit === sha) continue;
    const live = liveCommit?.slice(0, 7) ?? 'no commit of ours';
    throw new StageFailed(
      `${live} is live on ${host}, not ${sha.slice(0, 7)} as the records say: with the config, this would bring other code`,
      {
        code: 'other-commit-live',
        host,
        next: 'Nothing was changed. Say /argo deploy with the commit that you want; it brings the config of now too.',
      },
    );
  }
}

/** Commits, config keys, packages and authors that are new to users, for the approver. */
async function changesSince(
  context: StageContext,
  observations: Record<string, Observation>,
): Promise<Pick<Facts, 'commits' | 'configChanges' | 'packageChanges' | 'authors'>> {
  const { ports, target, facts } = context;
  const first = Object.values(observations).find(({ facts: seen }) => !isNewHost(seen));
  const { sha } = requireFact(facts, 'commit');
  const commits = await ports.source.commits(target.settings.source, first?.liveCommit, sha, 50);
  const configChanges = changesBetween(first?.fingerprints ?? {}, facts.configFingerprints ?? {});
  return {
    commits,
    configChanges,
    ...(await packageChanges(context, first?.liveCommit)),
    ...(await authorsSince(context, observations, sha)),
  };
}

/** Authors of commits that are new to any host. */
async function authorsSince(
  { ports, target, signal }: StageContext,
  observations: Record<string, Observation>,
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
