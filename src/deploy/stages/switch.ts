import { StageFailed } from '../errors.ts';
import type { Slot } from '../events.ts';
import { isNew } from '../facts.ts';
import { guarding, refuseReturned } from '../guard.ts';
import { known, portOf, proxyOf, unitName } from '../layout.ts';
import { onEveryHost, runScript } from '../on-every-host.ts';
import type { Answer, Host } from '../ports.ts';
import type { Stage, StageContext } from '../stage.ts';

/** The old slot keeps running, so the way back is one more switch. */
export const switchTraffic: Stage = {
  name: 'switch',
  title: 'Traffic switched',
  noun: 'switch',
  changes: true,
  timeoutMs: 60_000,
  async run(context) {
    const slot = known(context.facts, 'slot');
    const release = known(context.facts, 'release');
    await onEveryHost(context, async (host) => {
      const move = { slot, release, spare: spareFor(context, host) };
      refuseReturned(context, host, await moveOn(context, host, move, guarding(context, host)));
    });
    return { summary: `users are on ${slot}`, facts: { switchedAt: Date.now() } };
  },
};

export const switchBack: Stage = {
  name: 'switch-back',
  title: 'Traffic switched back',
  noun: 'switch back',
  changes: true,
  timeoutMs: 60_000,
  async run(context) {
    const { rollbackTo, hosts } = context.facts;
    await onEveryHost(context, async (host) => {
      if (!rollbackTo) return undoFirst(context, host);
      if (!isNew(hosts?.[host.name])) await moveOn(context, host, rollbackTo);
      else if (context.request.kind === 'deploy') await undoFirst(context, host);
    });
    return {
      summary: rollbackTo
        ? `users are on ${rollbackTo.slot} with ${rollbackTo.release}`
        : 'users are where they were before argo-bot came',
    };
  },
};

async function moveOn(
  context: StageContext,
  host: Host,
  { slot, release, spare }: { slot: Slot; release: string; spare?: Slot | undefined },
  guard: Record<string, string | number> = {},
): Promise<Answer> {
  const { target } = context;
  const { upstream } = proxyOf(target);
  const port = portOf(target, slot);
  const unit = unitName(target, slot);
  const spare_port = spare === undefined ? '' : portOf(target, spare);
  const parameters = { to: slot, release, port, unit, upstream, spare_port };
  return runScript(context, host, 'switch', { ...parameters, ...guard });
}

/** What users leave goes on running through the watch, and can answer for a release that dies. */
function spareFor({ facts }: StageContext, host: Host): Slot | undefined {
  return isNew(facts.hosts?.[host.name]) ? undefined : facts.rollbackTo?.slot;
}

/** Before the first release there was none of ours; there may have been a service that users had all the same. */
async function undoFirst(context: StageContext, host: Host): Promise<void> {
  const slot = known(context.facts, 'slot');
  const answer = await runScript(context, host, 'unswitch', { slot });
  if (answer.value('restored') !== 'no') return;
  const release = known(context.facts, 'release');
  throw new StageFailed(
    `there is no earlier release on ${host.name}: users there are on ${release} in ${slot}`,
    {
      code: 'nothing-to-return-to',
      host: host.name,
      next: 'Go forward: /argo unlock, then /argo deploy a commit that mends it.',
    },
  );
}
