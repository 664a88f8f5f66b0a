// Does the stage of `/argo health`: asks every slot of every host for its health.
import { type Slot, slotNames } from '../record/events.ts';
import type { SlotHealth } from '../record/facts.ts';
import { portOf, slotUrl, unitName } from '../settings/layout.ts';
import { observe, type Observation } from '../host/observe.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { Host } from '../ports/ports.ts';
import { probe } from '../health/probe.ts';
import { redactLog } from '../release/release-secrets.ts';
import type { Stage, StageContext } from '../step/stage.ts';

export const askHealth: Stage = {
  async run(context) {
    const healthOnHosts = await onEveryHost(context, async (host) => {
      const seen = await observe(context, host);
      return Promise.all(
        slotsOf(context, seen).map((slot) => checkSlot(context, host, seen, slot)),
      );
    });
    const live = Object.values(healthOnHosts)
      .flat()
      .filter((slot) => slot.live);
    const well = live.filter(({ state }) => state === 'healthy').length;
    return { summary: `${well} of ${live.length} live slots healthy`, facts: { healthOnHosts } };
  },
};

/** With one unit, only the live slot can run. */
function slotsOf({ target }: StageContext, { facts }: Observation): Slot[] {
  const filled = slotNames.filter((slot) => facts.slots[slot] !== undefined || facts.live === slot);
  const shared = portOf(target, 'blue') === portOf(target, 'green');
  return shared ? filled.filter((slot) => slot === facts.live) : filled;
}

async function checkSlot(
  context: StageContext,
  host: Host,
  { facts, active }: Observation,
  slot: Slot,
): Promise<SlotHealth> {
  const { target, signal } = context;
  const release = facts.slots[slot];
  const about = { slot, live: facts.live === slot, ...(release ? { release } : {}) };
  const state = active[slot];
  if (state !== 'active') {
    return { ...about, state: 'stopped', ms: 0, detail: `${unitName(target, slot)} is ${state}` };
  }
  const url = slotUrl(target, slot, target.settings.health.path);
  const answer = await probe(host, url, target, signal);
  const told = await redactLog(context, host, release ?? '', [answer.detail]);
  return { ...about, state: answer.state, ms: answer.ms, detail: told.join('\n') };
}
