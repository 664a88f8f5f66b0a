// Performs a person's act on one deployment: writes its events, wakes a worker, and answers.
import { type Actor, type Events, type Outcome, perform } from '../../deploy/acts/act.ts';
import { leaveQueue as leave } from '../../deploy/acts/cancel.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { refusal } from './authorize.ts';
import { say } from '../views/answers/answers.ts';
import { placeCode } from '../views/parts/text.ts';

/** Writes the events of `act`, or says why it is refused. The caller must have checked that the person may do it. */
export async function performAct(
  { ports, user: by }: Pick<Interaction, 'ports' | 'user'>,
  id: string,
  act: (deployment: Deployment, actor: Actor) => Outcome,
  reply: (deployment: Deployment, events: Events) => Reply,
): Promise<Reply> {
  const actor = { by, now: Date.now() };
  const performed = await perform(ports.records, id, (d) => act(d, actor));
  if (performed.kind === 'refused') return refusal(performed.refusal);
  await enqueue(ports, performed.deployment);
  return reply(performed.deployment, performed.events);
}

/** Removes a deployment from the queue. The caller must have checked that the person may do it. */
export function leaveQueue(interaction: Interaction, { id, request }: Deployment): Promise<Reply> {
  const done = `⏹️ Removed from the queue of ${placeCode(request)}; it had not started.`;
  return performAct(interaction, id, leave, () => say(done));
}

/** Wakes a worker. Never throws: if it fails, the reconciler finds the written record and wakes a worker later. */
export async function enqueue(ports: SlackPorts, deployment: Deployment): Promise<void> {
  try {
    await ports.wake.wake(deployment);
  } catch (error) {
    ports.log.warn(
      { deployment: deployment.id, error: ports.redactor.clean(String(error)) },
      'the next job of a deployment could not be queued; the reconciler retries within seconds',
    );
  }
}
