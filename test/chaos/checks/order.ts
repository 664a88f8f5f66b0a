import { phasesOf, stagesOf } from '../../../src/deploy/record/plan.ts';
import type { DeploymentEvent, Phase } from '../../../src/deploy/record/events.ts';
import type { HostLine } from '../follow.ts';

const decisions = new Set<string>(['approved', 'rejected', 'expired', 'approval-invalidated']);

/** The record: stages in their order, none begun twice but by a worker that took over, one ending. */
export function journalOrder(events: readonly DeploymentEvent[]): string[] {
  const [first] = events;
  if (first?.type !== 'requested') return ['the journal does not begin with the request'];
  const wrong: string[] = [];
  const phases: Phase[] = [...phasesOf(first.request), 'rollback', 'cleanup'];
  const order = new Map(
    phases.flatMap((phase) => stagesOf(first.request, phase)).map(({ name }, n) => [name, n]),
  );
  let furthest = -1;
  let epoch = 0;
  const begun = new Set<string>();
  const done = new Set<string>();
  for (const event of events) {
    if (event.type === 'phase-started') {
      if (event.epoch <= epoch) wrong.push(`epoch ${event.epoch} after ${epoch}`);
      epoch = event.epoch;
      begun.clear();
    }
    if (event.type === 'intent') {
      const at = order.get(event.stage) ?? -1;
      if (at < furthest) wrong.push(`${event.stage} began after a later stage`);
      if (begun.has(event.stage)) wrong.push(`${event.stage} began twice in one start`);
      if (done.has(event.stage)) wrong.push(`${event.stage} began after it was done`);
      begun.add(event.stage);
      furthest = Math.max(furthest, at);
    }
    if (event.type === 'done') {
      if (done.has(event.stage)) wrong.push(`${event.stage} was done twice`);
      done.add(event.stage);
    }
  }
  const endings = events.filter(({ type }) => type === 'finished').length;
  if (endings > 1) wrong.push(`it ended ${endings} times`);
  const decided = events.filter(({ type }) => decisions.has(type)).length;
  if (decided > 1) wrong.push(`it was decided ${decided} times`);
  return wrong;
}

/** The host: one script at a time, whoever sent it, and no epoch below one that was there. */
export function oneActor(lines: readonly HostLine[], hostWasOff: boolean): string[] {
  const wrong: string[] = [];
  let open: HostLine | undefined;
  let epoch = 0;
  for (const line of lines) {
    if (line.epoch < epoch)
      wrong.push(`${line.script} ran with epoch ${line.epoch} after ${epoch}`);
    epoch = Math.max(epoch, line.epoch);
    if (line.event === 'begin') {
      // A power cut ends a script without its last line.
      if (open && !hostWasOff) wrong.push(`${line.script} began within ${open.script}`);
      open = line;
    } else {
      const same = open?.script === line.script && open.epoch === line.epoch;
      if (!same) wrong.push(`${line.script} ended without having begun`);
      open = undefined;
    }
  }
  return wrong;
}
