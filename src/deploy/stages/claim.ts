import { observe, type Observation } from '../observe.ts';
import { StageFailed } from '../errors.ts';
import { otherSlot, type Slot } from '../events.ts';
import { type Facts, type HostFacts, isNew } from '../facts.ts';
import { known } from '../layout.ts';
import { onEveryHost, runScript } from '../on-every-host.ts';
import { chooseReturn } from '../rollback-target.ts';
import type { Stage, StageContext } from '../stage.ts';

export const claim: Stage = {
  name: 'claim',
  title: 'Hosts claimed',
  on: 'every-host',
  changes: false,
  timeoutMs: 60_000,
  async run(context) {
    const observations = await onEveryHost(context, async (host) => {
      // A dry run must leave no trace, not even an epoch.
      if (!context.request.dryRun) await runScript(context, host, 'claim');
      return observe(context, host);
    });
    const hosts = Object.fromEntries(
      Object.entries(observations).map(([name, { facts }]) => [name, facts]),
    );
    const warnings = Object.entries(observations).flatMap(([name, { warnings: said }]) =>
      said.map((warning) => `${name}: ${warning}`),
    );
    if (context.request.kind === 'rollback') {
      warnings.push(
        ...newOnes(hosts).map((name) => `${name}: it has no release yet, so it is left out`),
      );
      // Also where the hosts disagree: this is what brings them together.
      const rollbackTo = chooseReturn(context.request, observations);
      const summary = `going back to ${rollbackTo.release}`;
      return { summary, warnings, facts: { hosts, rollbackTo } };
    }
    refuseElsewhere(context, observations);
    const live = agreedLive(observations);
    const slot = chooseSlot(context, live ?? proxiedSlot(observations));
    refuseUnasked(observations, slot);
    const liveRelease = Object.values(hosts).find((facts) => !isNew(facts))?.liveRelease;
    return {
      summary: live ? `${live} is live, ${slot} is idle` : `nothing is live yet, ${slot} is first`,
      warnings,
      facts: {
        hosts,
        slot,
        ...(await changesSince(context, observations)),
        ...(live && liveRelease ? { rollbackTo: { release: liveRelease, slot: live } } : {}),
      },
    };
  },
};

function newOnes(hosts: Record<string, HostFacts>): string[] {
  return Object.keys(hosts).filter((name) => isNew(hosts[name]));
}

/** Which slot is idle is then anybody's guess, and the wrong guess restarts what users are on. */
function refuseElsewhere(
  { target }: StageContext,
  observations: Record<string, Observation>,
): void {
  for (const [host, { elsewhere }] of Object.entries(observations)) {
    if (elsewhere === undefined) continue;
    throw new StageFailed(`${host}: ${elsewhere}`, {
      code: 'traffic-elsewhere',
      host,
      next: `Nothing was changed. If users are where they should be, write that colour into ${target.place.root}/.current_color; if not, /argo rollback sends them to the last good release. Then deploy again.`,
    });
  }
}

/** Hosts that disagree on what is live cannot be moved together; one that has just joined has no say. */
function agreedLive(observations: Record<string, Observation>): Slot | undefined {
  const entries = Object.entries(observations);
  const settled = entries.filter(([, { facts }]) => !isNew(facts));
  const lives = new Set(settled.map(([, { facts }]) => facts.live));
  // One slot with two releases in it has no one way back.
  const releases = new Set(settled.map(([, { facts }]) => facts.liveRelease));
  if (lives.size <= 1 && releases.size <= 1) return [...lives][0];
  const said = entries
    .map(([name, { facts }]) =>
      `${name}: ${facts.live ?? 'nothing'} ${facts.liveRelease ?? ''}`.trim(),
    )
    .join(', ');
  throw new StageFailed(`the hosts disagree on what is live (${said})`, {
    code: 'hosts-disagree',
    next: 'Bring them together first: /argo rollback puts every host on the same release.',
  });
}

function chooseSlot({ request }: StageContext, live: Slot | undefined): Slot {
  if (request.slot === 'idle') return live ? otherSlot(live) : 'blue';
  if (request.slot !== live) return request.slot;
  throw new StageFailed(
    `${live} is live: users get what runs there, so a release in it would be theirs before anyone approved`,
    {
      code: 'slot-is-live',
      next: `Deploy to ${otherSlot(live)} instead; ${live} stays as the way back.`,
    },
  );
}

/** Before anything is live nginx may point to a slot already: what is started there goes live unasked. */
function proxiedSlot(observations: Record<string, Observation>): Slot | undefined {
  const slots = new Set(Object.values(observations).flatMap(({ proxied }) => proxied));
  return slots.size === 1 ? [...slots][0] : undefined;
}

/** A host that has just joined may have an nginx that points to the very slot that is about to be filled. */
function refuseUnasked(observations: Record<string, Observation>, slot: Slot): void {
  for (const [host, { facts, proxied }] of Object.entries(observations)) {
    if (!isNew(facts) || !proxied.includes(slot)) continue;
    throw new StageFailed(
      `${host} is new, and its nginx already sends users to ${slot}: the release would be theirs before anyone approved`,
      {
        code: 'traffic-elsewhere',
        host,
        next: `Point nginx on ${host} to ${otherSlot(slot)}, as on the other hosts, and deploy again. Nothing was changed.`,
      },
    );
  }
}

/** What the approver wants to know: which commits and which config values are new to users. */
async function changesSince(
  { ports, target, facts }: StageContext,
  observations: Record<string, Observation>,
): Promise<Pick<Facts, 'commits' | 'configChanges'>> {
  const first = Object.values(observations).find(({ facts: seen }) => !isNew(seen));
  const { sha } = known(facts, 'commit');
  const commits = await ports.source.commits(target.settings.source, first?.liveCommit, sha, 50);
  const was = first?.fingerprints ?? {};
  const now = facts.configFingerprints ?? {};
  const keys = [...new Set([...Object.keys(was), ...Object.keys(now)])].toSorted();
  const configChanges = keys
    .filter((key) => was[key] !== now[key])
    .map((key) => ({ key, was: was[key], now: now[key] }));
  return { commits, configChanges };
}
