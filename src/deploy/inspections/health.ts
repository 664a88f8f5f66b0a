// Implements the inspection of `/argo health`: asks every slot of every host for its health.
import { probe } from '../health/probe.ts';
import { observe, type Observation } from '../host/observe.ts';
import type { Host } from '../ports/ports.ts';
import { type Slot, slotNames } from '../record/events.ts';
import { redactLog } from '../release/release-secrets.ts';
import { hasOneUnit, slotUrl, unitName } from '../settings/layout.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { HostContext } from '../step/stage.ts';
import type { Found, SlotHealth } from './inspection.ts';

export async function inspectHealth(context: HostContext): Promise<Found> {
  const slots = await onEveryHost(context, async (host) => {
    const seen = await observe(context, host);
    return Promise.all(slotsOf(context, seen).map((slot) => checkSlot(context, host, seen, slot)));
  });
  return { findings: { kind: 'health', slots } };
}

/** Returns the slots that have a release. With one unit, returns the live slot only, because no other can run. */
function slotsOf({ target }: HostContext, { facts }: Observation): Slot[] {
  const filled = slotNames.filter((slot) => facts.slots[slot] !== undefined || facts.live === slot);
  return hasOneUnit(target) ? filled.filter((slot) => slot === facts.live) : filled;
}

async function checkSlot(
  context: HostContext,
  host: Host,
  { facts, active }: Observation,
  slot: Slot,
): Promise<SlotHealth> {
  const { target, signal } = context;
  const release = facts.slots[slot];
  const about = { slot, live: facts.live === slot, release };
  const state = active[slot];
  if (state !== 'active') {
    return { ...about, state: 'stopped', ms: 0, detail: `${unitName(target, slot)} is ${state}` };
  }
  const url = slotUrl(target, slot, target.settings.health.path);
  const answer = await probe(host, url, target, signal);
  const told = await redactLog(context, host, release ?? '', [answer.detail]);
  return { ...about, state: answer.state, ms: answer.ms, detail: told.join('\n') };
}
