// Does the stage of `/argo logs`: the last lines of a slot's log, without secrets.
import { StageFailed } from '../record/errors.ts';
import type { Slot } from '../record/events.ts';
import { slotOf } from '../record/requests.ts';
import { unitName } from '../settings/layout.ts';
import { observe } from '../host/observe.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { Host } from '../ports/ports.ts';
import { redactLog } from '../release/release-secrets.ts';
import { readSlotState } from '../failure/slot-journal.ts';
import type { Stage, StageContext } from '../step/stage.ts';

const DEFAULT_LINES = 50;

export const readLogs: Stage = {
  async run(context) {
    const { target } = context;
    const lines = (context.request.kind === 'logs' && context.request.lines) || DEFAULT_LINES;
    const logs = await onEveryHost(context, (host) => readFrom(context, host, lines));
    const parts = Object.entries(logs).map(
      ([host, { slot, log }]) =>
        `== ${unitName(target, slot)} on ${host}\n${log.join('\n') || 'nothing written'}`,
    );
    const count = Object.values(logs).reduce((sum, { log }) => sum + log.length, 0);
    const slots = [...new Set(Object.values(logs).map(({ slot }) => slot))].join(' and ');
    return { summary: `${count} lines of ${slots}`, log: `${parts.join('\n\n')}\n` };
  },
};

async function readFrom(
  context: StageContext,
  host: Host,
  lines: number,
): Promise<{ slot: Slot; log: string[] }> {
  const { facts } = await observe(context, host);
  const wanted = slotOf(context.request);
  const slot = wanted === 'idle' ? facts.live : wanted;
  if (slot === undefined) {
    throw new StageFailed(`nothing is live on ${host.name}, so there is no log to show`, {
      code: 'nothing-live',
      host: host.name,
      next: 'Name a slot: /argo logs blue, or /argo logs green.',
    });
  }
  const answer = await readSlotState(context, host, slot, lines);
  const written = [...answer.values('log'), ...answer.values('filed')];
  return { slot, log: await redactLog(context, host, facts.slots[slot] ?? '', written) };
}
