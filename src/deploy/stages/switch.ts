import type { Slot } from '../events.ts';
import { known, portOf, unitName } from '../layout.ts';
import { onEveryHost, runScript } from '../on-every-host.ts';
import type { Stage, StageContext, StageResult } from '../stage.ts';

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
    if (!rollbackTo) return undoFirst(context);
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

/** Before the first release there was none of ours; there may have been a service that users had all the same. */
async function undoFirst(context: StageContext): Promise<StageResult> {
  const { upstream_file } = context.target.place.proxy;
  const slot = known(context.facts, 'slot');
  const answers = await onEveryHost(context, async (host) => {
    const answer = await runScript(context, host, 'unswitch', { upstream_file, slot });
    return answer.value('restored') === 'yes';
  });
  return Object.values(answers).every(Boolean)
    ? { summary: 'users are where they were before argo-bot came' }
    : {
        summary: 'there is nothing to go back to',
        warnings: [`users stay on ${slot}: this was the first release, and nothing else answers`],
      };
}
