// Removes a deployment from the queue, and confirms it to the person.
import { leaveQueue as act } from '../../deploy/acts/cancel.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { say } from '../views/answers/answers.ts';
import { code } from '../views/parts/text.ts';
import { performAct } from './act.ts';

/** The caller must have authorized the person. */
export function leaveQueue(
  ports: SlackPorts,
  { user: by }: Interaction,
  { id, request }: Deployment,
): Promise<Reply> {
  const where = `${code(request.service, 60)} in ${code(request.environment, 60)}`;
  return performAct(
    ports,
    id,
    (d) => act(d, { by, now: Date.now() }),
    () => say(`⏹️ Removed from the queue of ${where}; it had not started.`),
  );
}
