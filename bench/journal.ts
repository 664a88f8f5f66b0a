// Reads from the journal where the time of a deployment went.
import type { DeploymentEvent } from '../src/deploy/record/events.ts';
import type { Step, Told } from './contender.ts';

/** From the journal: what waited for the approver, and how long each stage took. */
export function toldBy(events: readonly DeploymentEvent[], askedAt: number): Told {
  const at = (type: DeploymentEvent['type']): number | undefined =>
    events.find((event) => event.type === type)?.at;
  const [opened, approved] = [at('gate-opened'), at('approved')];
  const approverMs = opened !== undefined && approved !== undefined ? approved - opened : 0;
  return { approverMs, steps: stepsOf(events, askedAt) };
}

/** Which step ends with an event of this kind; what is not named here is part of what comes next. */
function stepEndedBy(event: DeploymentEvent): string | undefined {
  if (event.type === 'requested') return '(command to record)';
  if (event.type === 'phase-started') return '(a worker takes it up)';
  if (event.type === 'intent' || event.type === 'gate-opened') return '(between stages)';
  return event.type === 'done' ? event.stage : undefined;
}

/** Every stretch between two events belongs to a stage, or to what lies between stages. */
function stepsOf(events: readonly DeploymentEvent[], askedAt: number): Step[] {
  const steps: Step[] = [];
  let last = askedAt;
  let before = true;
  for (const event of events) {
    const name = stepEndedBy(event);
    if (name !== undefined) steps.push({ name, ms: event.at - last, before });
    // The approver's wait is nobody's step.
    if (name !== undefined || event.type === 'approved') last = event.at;
    if (name === 'switch' || name === 'switch-back') before = false;
  }
  return steps;
}
