// Decides which slot a deployment or a restart fills, and refuses if users would get the release unapproved.
import { StageFailed } from '../record/errors.ts';
import { otherSlot, type Slot, slotNames } from '../record/events.ts';
import { isNewHost, type Placement } from '../record/facts.ts';
import type { Observation, Observations } from './observe.ts';
import type { Target } from '../settings/settings.ts';
import { hasOneUnit, isAdopted } from '../settings/layout.ts';

/** Returns the live slot and the slot to fill. Fails with StageFailed if the release would reach users unapproved. */
export function planSlot(
  target: Target,
  wanted: Slot | 'idle',
  observations: Observations,
): { live: Slot | undefined; slot: Slot } {
  refuseStaleUnits(target, observations);
  refuseTrafficMismatch(target, observations);
  const live = liveOnAllHosts(observations);
  const used = live ?? proxiedSlot(observations);
  if (wanted === used) throw slotIsLiveFailure(target, used);
  // Before the first release, users' service may run from the folder `blue`, so the first release goes to `green`.
  const first = hostUsingSlot(observations, 'blue') ? 'green' : 'blue';
  const idle = used ? otherSlot(used) : first;
  const slot = wanted === 'idle' ? idle : wanted;
  refuseUnapprovedTraffic(observations, slot);
  refuseSlotInUse(target, observations, slot);
  return { live, slot };
}

/** Says what is live, for the checklist. A service with one unit has no slots. */
export function describeSlots(
  target: Target,
  plan: { live: Slot | undefined; slot: Slot; release: string | undefined },
): string {
  const { live, slot, release } = plan;
  if (hasOneUnit(target)) return `${release ?? 'nothing'} is live`;
  return live ? `${live} is live, ${slot} is idle` : `nothing is live yet, ${slot} is first`;
}

/** Refuses if a unit of a former strategy or unit_name runs: this deployment would neither stop it nor return to it. */
export function refuseStaleUnits({ place }: Target, observations: Observations): void {
  for (const [host, { staleUnits, facts }] of Object.entries(observations)) {
    if (staleUnits.length === 0) continue;
    const held = slotNames.filter((slot) => facts.slots[slot]);
    const theirs = ['releases', ...held, '.current_color'].join(' ');
    const files = staleUnits.map((unit) => `/etc/systemd/system/${unit}`).join(' ');
    const away = `systemctl disable --now ${staleUnits.join(' ')} && rm ${files} && systemctl daemon-reload && cd ${place.root} && mkdir former && mv ${theirs} former`;
    throw new StageFailed(
      `${staleUnits.join(' and ')}, which argo-bot wrote for another strategy or unit_name, still runs on ${host}, but argo.yml now says strategy: ${place.strategy}`,
      {
        code: 'other-strategy',
        host,
        next: `restore argo.yml and restart argo-bot. Or change over, which stops the service until the next deployment: on ${host}, \`${away}\`, then \`/argo deploy\`.`,
      },
    );
  }
}

/** Refuses if nginx and .current_color name different live slots: a deployment might restart the slot with users. */
function refuseTrafficMismatch(target: Target, observations: Observations): void {
  for (const [host, seen] of Object.entries(observations)) {
    if (seen.trafficMismatch === undefined) continue;
    throw new StageFailed(seen.trafficMismatch, {
      code: 'traffic-elsewhere',
      host,
      next: trafficAdvice(target, host, seen),
    });
  }
}

/** Returns the next step. Only a person can say whether nginx or .current_color is right. */
export function trafficAdvice(
  { place }: Target,
  host: string,
  { proxied, facts: { live } }: Pick<Observation, 'proxied' | 'facts'>,
): string {
  const [slot, ...others] = proxied;
  const back = '`/argo rollback`, then `/argo unlock` and `/argo retry`';
  if (slot === undefined || others.length > 0 || live === undefined)
    return `${back}: this puts users on one slot. \`/argo health\` shows both slots.`;
  return `\`/argo health\` shows both slots. If ${slot} should be live: on ${host}, \`echo ${slot} | sudo tee ${place.root}/.current_color\` tells argo-bot so. If ${live} should be live: ${back}.`;
}

/** Returns the slot that is live on all hosts, except new hosts, which have none. Fails if the hosts disagree. */
function liveOnAllHosts(observations: Observations): Slot | undefined {
  const entries = Object.entries(observations);
  const settled = entries.filter(([, { facts }]) => !isNewHost(facts));
  const lives = new Set(settled.map(([, { facts }]) => facts.live));
  // If the live slots hold different releases, hosts have no rollback target in common.
  const releases = new Set(settled.map(([, { facts }]) => facts.liveRelease));
  if (lives.size <= 1 && releases.size <= 1) return [...lives][0];
  const said = entries
    .map(([name, { facts }]) =>
      `${name}: ${facts.live ?? 'nothing'} ${facts.liveRelease ?? ''}`.trim(),
    )
    .join(', ');
  throw new StageFailed(`the hosts disagree on what is live (${said})`, {
    code: 'hosts-disagree',
    next: '`/argo rollback` puts every host on the same release; then `/argo retry`.',
  });
}

/** Refuses to fill the live slot: users are on it, and a rollback of the deployment returns to it. */
function slotIsLiveFailure({ place }: Target, live: Slot): StageFailed {
  const why =
    place.strategy === 'restart'
      ? `a service works in its folder, and a release there would replace the folder`
      : `users would get the release before anyone approved it`;
  return new StageFailed(`${live} is live: ${why}`, {
    code: 'slot-is-live',
    next: `deploy to ${otherSlot(live)} instead; ${live} stays as the rollback target.`,
  });
}

/** Returns the slot that nginx sends users to, even before the first release; undefined if it is none or several. */
function proxiedSlot(observations: Observations): Slot | undefined {
  const slots = new Set(Object.values(observations).flatMap(({ proxied }) => proxied));
  return slots.size === 1 ? [...slots][0] : undefined;
}

/** Refuses if nginx on a new host already sends users to the slot that is about to be filled. */
function refuseUnapprovedTraffic(observations: Observations, slot: Slot): void {
  for (const [host, { facts, proxied }] of Object.entries(observations)) {
    if (!isNewHost(facts) || !proxied.includes(slot)) continue;
    throw new StageFailed(
      `${host} is new, and its nginx already sends users to ${slot}: users would get the release before anyone approved it`,
      {
        code: 'traffic-elsewhere',
        host,
        next: `point nginx on ${host} to ${otherSlot(slot)}, as on the other hosts, then \`/argo retry\`.`,
      },
    );
  }
}

/** Returns the first host on which other units than argo-bot's run in the slot's folder. */
function hostUsingSlot(observations: Observations, slot: Slot) {
  return Object.entries(observations).find(([, { slotUsers }]) => slotUsers[slot]?.length);
}

/** Refuses if another service runs from the slot's folder: it would lose that folder and could not start again. */
function refuseSlotInUse(target: Target, observations: Observations, slot: Slot): void {
  const found = hostUsingSlot(observations, slot);
  if (!found) return;
  const [host, { slotUsers }] = found;
  const units = (slotUsers[slot] ?? []).join(' ');
  throw new StageFailed(
    `${units} on ${host} still works in ${target.place.root}/${slot}, which the release would replace`,
    {
      code: 'slot-occupied',
      host,
      next: `if users no longer need it, run \`sudo systemctl disable --now ${units}\` on ${host}, then \`/argo retry\`.`,
    },
  );
}

/** Returns the live release and the idle slot. Fails if a host has no live release, or it was installed by hand. */
export function planRestart(target: Target, seen: Observations): Placement & { live: Slot } {
  const { live, slot } = planSlot(target, 'idle', seen);
  const hosts = Object.entries(seen);
  const [without] = hosts.find(([, { facts }]) => facts.liveRelease === undefined) ?? [];
  const release = hosts[0]?.[1].facts.liveRelease;
  if (live === undefined || release === undefined || without !== undefined) {
    throw new StageFailed(`no release of argo-bot is live on ${without ?? 'the hosts'}`, {
      code: 'nothing-to-restart',
      host: without,
      next: '`/argo deploy`.',
    });
  }
  if (isAdopted(release)) {
    throw new StageFailed(
      `the release in ${live} was installed by hand, so argo-bot has no unit to start it with`,
      {
        code: 'nothing-to-restart',
        next: 'restart it on the host with `systemctl`, or `/argo deploy` its commit.',
      },
    );
  }
  return { release, live, slot };
}
