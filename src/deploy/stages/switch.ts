// Implements the stages that switch the traffic to the new slot, and back.
import type { Slot } from '../record/events.ts';
import { isNewHost, type Placement } from '../record/facts.ts';
import { guardParameters, failIfReturned } from '../host/guard.ts';
import { describeRequest } from '../record/requests.ts';
import { portOf, proxyOf, unitName } from '../settings/layout.ts';
import { onEveryHost, runScript } from '../step/on-every-host.ts';
import type { Answer, Host } from '../ports/ports.ts';
import { placementOf, type Stage, type StageContext } from '../step/stage.ts';
import { type UndoneSwitch, undoFirstSwitch } from '../host/undo-first-switch.ts';

/** The old slot keeps running, so that a rollback is one more switch. */
export const switchTraffic: Stage = {
  async run(context) {
    const placement = placementOf(context);
    await onEveryHost(context, async (host) => {
      const move = { ...placement, spare: fallbackSlot(context, host) };
      failIfReturned(
        context,
        host,
        await switchHost(context, host, move, guardParameters(context, host)),
      );
    });
    return { summary: `users are on ${placement.slot}`, facts: { switchedAt: Date.now() } };
  },
};

export const switchBack: Stage = {
  async run(context) {
    const { rollbackTo, hosts } = context.facts;
    const undone = await onEveryHost(context, async (host): Promise<UndoneSwitch | undefined> => {
      if (!rollbackTo) return undoFirstSwitch(context, host);
      if (!isNewHost(hosts?.[host.name])) await switchHost(context, host, rollbackTo);
      else if (!describeRequest(context.request).rollsBack) return undoFirstSwitch(context, host);
      return undefined;
    });
    const all = Object.values(undone).filter((one) => one !== undefined);
    const names = [...new Set(all.flatMap(({ on }) => on))].join(', ');
    return {
      summary: rollbackTo
        ? `users are on ${rollbackTo.slot} with ${rollbackTo.release}`
        : `users are on ${names || 'the service'} from before argo-bot`,
      warnings: all.flatMap(({ warnings }) => warnings),
    };
  },
};

async function switchHost(
  context: StageContext,
  host: Host,
  { slot, release, spare }: Placement & { spare?: Slot | undefined },
  guard: Record<string, string | number> = {},
): Promise<Answer> {
  const { target } = context;
  // `proxyOf` fails if argo.yml now says `strategy: restart`: it may have changed since the deployment began.
  proxyOf(target);
  const port = portOf(target, slot);
  const unit = unitName(target, slot);
  const spare_port = spare === undefined ? '' : portOf(target, spare);
  const parameters = { to: slot, release, port, unit, spare_port };
  return runScript(context, host, 'switch', { ...parameters, ...guard });
}

/** Returns the old slot, which runs until the watch ends: nginx falls back to it if the new release crashes. */
function fallbackSlot({ facts }: StageContext, host: Host): Slot | undefined {
  return isNewHost(facts.hosts?.[host.name]) ? undefined : facts.rollbackTo?.slot;
}
