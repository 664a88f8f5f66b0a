// Requests an earlier deployment again with the same commit, or says why that is refused.
import { retry as act } from '../../deploy/acts/retry.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { say } from '../views/answers/answers.ts';
import { refusalText } from '../views/answers/refusals.ts';
import { requestDeployment } from './request-deployment.ts';

/** The caller must have authorized the person. */
export async function retry(
  ports: SlackPorts,
  interaction: Interaction,
  target: Target,
  last: Deployment,
): Promise<Reply> {
  const decided = act(last);
  if (decided.kind === 'refused') return say(refusalText(decided.refusal));
  return requestDeployment(ports, interaction, target, decided.wanted);
}
