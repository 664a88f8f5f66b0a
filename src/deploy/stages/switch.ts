import type { Slot } from '../events.ts';
import { known, portOf, unitName } from '../layout.ts';
import { onEveryHost, runScript } from '../on-every-host.ts';
import type { Stage, StageContext } from '../stage.ts';

/** The old slot keeps running, so the way back is one more switch. */
export const switchTraffic: Stage = {
  name: 'switch',
  title: 'Traffic switched',
  on: 'every-host',
  changes: true,
  timeoutMs: 60_000,
  async run(context) {
    const slot = known(context.facts, 'slot');
    await moveTraffic(context, slot, known(context.facts, 'release'));
    return { summary: `users are on ${slot}`, facts: { switchedAt: Date.now() } };
  },
};

export const switchBack: Stage = {
  name: 'switch-back',
  title: 'Traffic switched back',
  on: 'every-host',
  changes: true,
  timeoutMs: 60_000,
  async run(context) {
    const { rollbackTo } = context.facts;
    if (!rollbackTo) return { summary: 'there is no earlier release to go back to', skipped: true };
    await moveTraffic(context, rollbackTo.slot, rollbackTo.release);
    return { summary: `users are on ${rollbackTo.slot} with ${rollbackTo.release}` };
  },
};

async function moveTraffic(context: StageContext, to: Slot, release: string): Promise<void> {
  const { target } = context;
  const { upstream_file, upstream } = target.place.proxy;
  const port = portOf(target, to);
  const unit = unitName(target, to);
  await onEveryHost(context, (host) =>
    runScript(context, host, 'switch', { to, release, port, unit, upstream_file, upstream }),
  );
}
