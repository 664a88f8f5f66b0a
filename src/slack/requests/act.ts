// Performs a person's act on one deployment: finds it, authorizes the person, writes events, and answers.
import { type Act, type Events, perform } from '../../deploy/acts/act.ts';
import type { Action } from '../../deploy/acts/policy.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { say } from '../views/answers/answers.ts';
import { refusalText } from '../views/answers/refusals.ts';
import { authorizeDeployment } from './authorize.ts';
import { enqueue } from './enqueue.ts';

type Found =
  { kind: 'found'; deployment: Deployment; target: Target } | { kind: 'refused'; reply: Reply };

/** Returns the deployment with this id if the person may perform the action on it; else a refusal. */
export async function authorizeById(
  ports: SlackPorts,
  interaction: Interaction,
  id: string,
  action: Action | ((deployment: Deployment) => Action),
): Promise<Found> {
  const deployment = await ports.records.read(id);
  if (!deployment) return { kind: 'refused', reply: say(refusalText({ kind: 'gone' })) };
  const wanted = typeof action === 'function' ? action(deployment) : action;
  const authorized = await authorizeDeployment(ports, interaction, deployment, wanted);
  if (authorized.kind === 'refused') return authorized;
  return { kind: 'found', deployment, target: authorized.target };
}

/** Writes the events of an act and wakes a worker. The caller must have authorized the person. */
export async function performAct(
  ports: SlackPorts,
  id: string,
  act: Act,
  reply: (deployment: Deployment, events: Events) => Reply,
): Promise<Reply> {
  const performed = await perform(ports.records, id, act);
  if (performed.kind === 'refused') return say(refusalText(performed.refusal));
  await enqueue(ports, performed.deployment);
  return reply(performed.deployment, performed.events);
}

/** Performs an act on an alert, such as acknowledge or snooze. Replies with `done`. */
export async function actOnAlert(
  ports: SlackPorts,
  interaction: Interaction,
  id: string,
  act: Act,
  done: string,
): Promise<Reply> {
  const found = await authorizeById(ports, interaction, id, { kind: 'acknowledge' });
  return found.kind === 'refused' ? found.reply : performAct(ports, id, act, () => say(done));
}
