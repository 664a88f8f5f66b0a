// Predicts what the next deployment would do on each host: slot, unit, config, rollback.
import { otherSlot, type Slot } from '../../deploy/record/events.ts';
import { portOf, unitName, isAdopted, adoptedName } from '../../deploy/settings/layout.ts';
import { type Observation, describeService } from '../../deploy/host/observe.ts';
import { planSlot } from '../../deploy/host/choose-slot.ts';
import type { Answer } from '../../deploy/ports/ports.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { failureFinding, type Finding, ok } from '../finding.ts';
import type { InspectedHost } from './inspect-host.ts';
import { locationLine } from './location-line.ts';
import { restartPlan } from './restart-plan.ts';

export interface NextDeployment {
  finding: Finding;
  /** The predicted steps on each host, by the host's name. */
  plans: Map<string, string[]>;
}

/** Predicts the slot with the same code as a deployment. Returns undefined if no host could be inspected. */
export function nextDeployment(
  target: Target,
  inspectedHosts: readonly InspectedHost[],
): NextDeployment | undefined {
  const hosts = inspectedHosts.flatMap(({ name, inspected }) =>
    inspected ? [{ name, ...inspected }] : [],
  );
  if (hosts.length === 0) return undefined;
  const observations = Object.fromEntries(
    hosts.map(({ name, observation }) => [name, observation]),
  );
  try {
    const { live, slot } = planSlot(target, 'idle', observations);
    const text = live
      ? `goes into ${slot}; ${live} is live and stays as the rollback target`
      : `goes into ${slot}, the first of argo-bot`;
    const plans = hosts.map(({ name, observation, examined }): [string, string[]] => [
      name,
      planOf(target, slot, observation, examined),
    ]);
    return { finding: ok('next release', text), plans: new Map(plans) };
  } catch (error) {
    return { finding: failureFinding('next release', error), plans: new Map() };
  }
}

function planOf(target: Target, slot: Slot, seen: Observation, examined: Answer): string[] {
  const { place } = target;
  if (place.strategy === 'restart') return restartPlan(target, slot, seen, examined);
  const { proxy, config_locations } = place;
  const port = portOf(target, slot);
  const served = examined.values('served');
  return [
    trafficLine(target, seen),
    ...slotLines(target, slot, seen),
    unitLine(target, slot, examined),
    ...config_locations.map((path) => locationLine(path, examined)),
    `after the approval: replace ${proxy.upstream_file} (now ${served.join(' and ') || 'no server'}, kept in ${place.root}/state/proxy-before) by one that names 127.0.0.1:${port}, and reload nginx, without a restart`,
    rollbackLine(seen),
  ];
}

function trafficLine(target: Target, { facts, externalServices }: Observation): string {
  const { live, liveRelease } = facts;
  if (live && liveRelease && !isAdopted(liveRelease))
    return `users are on ${liveRelease} in ${live}: its colour file and nginx say so`;
  if (live) {
    const port = String(portOf(target, live));
    const runs =
      externalServices.find(({ address }) => address === port)?.unit ?? unitName(target, live);
    return `users are on ${live}, laid out by hand: nginx names its port ${port}, and ${runs} listens there; it is not touched`;
  }
  const [first] = externalServices;
  return first
    ? `users are on ${describeService(first)}, which nginx names; it is not touched`
    : 'users are on nothing: nginx names no address that listens';
}

function slotLines(
  { place }: Target,
  slot: Slot,
  { facts, slotUsers, releases }: Observation,
): string[] {
  const startable = !releases.some(
    ({ name, verdict }) => name === adoptedName(slot) && verdict === 'no-unit',
  );
  const path = `${place.root}/${slot}`;
  const held = facts.slots[slot];
  const other = otherSlot(slot);
  const users = slotUsers[other]?.join(' and ');
  const why = users
    ? [`${users} works in ${place.root}/${other}, so that folder is left alone`]
    : [];
  if (held === undefined) return [...why, `make ${path}, a link to the new release`];
  if (isAdopted(held))
    return [
      ...why,
      `keep ${path}, laid out by hand, as ${place.root}/releases/${adoptedName(slot)}${startable ? ' with its unit' : ' (it has no unit, so no rollback is offered to it)'}, and put a link to the new release in its place`,
    ];
  return [
    ...why,
    `point ${path} to the new release instead of ${held}, which is kept if it is good`,
  ];
}

function unitLine(target: Target, slot: Slot, examined: Answer): string {
  const name = unitName(target, slot);
  const file = `/etc/systemd/system/${name}`;
  const line = examined.values('unit').find((unit) => unit.startsWith(`${slot} `));
  const [, by = '', found = ''] = line?.split(' ') ?? [];
  if (line === undefined) return `write ${file}, which is not there yet`;
  if (by === 'argo-bot') return `write ${file} anew where it differs`;
  return `write ${file} in the place of ${found}, made by hand and kept with the folder`;
}

function rollbackLine({ facts, externalServices }: Observation): string {
  const { live, liveRelease } = facts;
  if (live && liveRelease)
    return `a rollback returns to ${liveRelease} in ${live}, by one reload of nginx`;
  const [first] = externalServices;
  return first
    ? `a rollback returns to ${describeService(first)}, for as long as it runs`
    : 'the first release cannot be rolled back: nothing else runs';
}
