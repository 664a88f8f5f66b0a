import { mayTryAgain } from '../../deploy/history/retry.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { requestDeployment } from './request-deployment.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { say } from '../views/answers/answers.ts';
import { code, when } from '../views/parts/text.ts';

/** The same once more, with the commit it was about, not whatever the branch has become; the caller has asked `policy`. */
export async function tryAgain(
  ports: SlackPorts,
  ask: Interaction,
  target: Target,
  last: Deployment,
): Promise<Reply> {
  if (!last.finished) return say('That deployment is still going on.');
  if (!mayTryAgain(last)) {
    const { ending, at } = last.finished;
    return say(
      `The last deployment, ${when(at, '{date_short_pretty} {time}')}, ended as ${code(ending, 40)}: there is nothing to try again. \`/argo deploy\` begins a new one.`,
    );
  }
  const { slot, plan, ref } = last.request;
  const same = last.facts.commit?.sha ?? ref;
  const wanted = { kind: 'deploy', slot, plan, dryRun: false, ref: same } as const;
  return requestDeployment(ports, ask, target, { ...wanted, retryOf: last.id });
}
