// Defines an act: what a person or a timer does to a deployment, as events or as a refusal.
import type { Gate, Deployment } from '../record/deployment.ts';
import type { DeploymentEvent, Ending } from '../record/events.ts';
import type { Records } from '../history/records.ts';

/** Why an act writes nothing. Slack puts it into words (`views/answers/refusals.ts`). */
export type Refusal =
  | { kind: 'gone' }
  | { kind: 'gate-closed'; decision: Gate['decision'] }
  | { kind: 'card-outdated' }
  | { kind: 'approved-already'; votes: number; needed: number }
  | { kind: 'finished'; ending: Ending; at: number }
  | { kind: 'is-rollback' }
  | { kind: 'rolling-back'; by: string | undefined }
  | { kind: 'traffic-moved' }
  | { kind: 'traffic-not-moved' }
  | { kind: 'cancelling'; by: string }
  | { kind: 'ending' }
  | { kind: 'dequeued' }
  | { kind: 'alert-over' }
  | { kind: 'acknowledged'; by: string }
  | { kind: 'snoozed'; by: string; until: number }
  | { kind: 'not-finished' }
  | { kind: 'nothing-to-retry'; ending: Ending; at: number }
  | { kind: 'needs-commit' }
  | { kind: 'superseded' };

export type Events = readonly [DeploymentEvent, ...DeploymentEvent[]];

export type Outcome = { kind: 'events'; events: Events } | { kind: 'refused'; refusal: Refusal };

/** `by`: Slack id of the person who acts. `now`: the time in Unix milliseconds. */
export interface Actor {
  by: string;
  now: number;
}

/** Decides from the deployment's latest record. Has no side effects: it runs again if another process wrote first. */
export type Act = (deployment: Deployment) => Outcome;

export function write(...events: Events): Outcome {
  return { kind: 'events', events };
}

export function refuse(refusal: Refusal): Outcome {
  return { kind: 'refused', refusal };
}

export type Performed =
  { kind: 'done'; deployment: Deployment; events: Events } | { kind: 'refused'; refusal: Refusal };

/** Writes the events of an act. If another process changes the record meanwhile, the act decides again. */
export async function perform(
  records: Pick<Records, 'change'>,
  id: string,
  act: Act,
): Promise<Performed> {
  let outcome: Outcome | undefined;
  const changed = await records.change(id, (latest) => {
    outcome = act(latest);
    return outcome.kind === 'events' ? [...outcome.events] : [];
  });
  if (changed.kind === 'missing' || !outcome) return { kind: 'refused', refusal: { kind: 'gone' } };
  if (outcome.kind === 'refused') return outcome;
  return { kind: 'done', deployment: changed.deployment, events: outcome.events };
}
