import { approvalDigest } from '../../deploy/acts/approval-digest.ts';
import { type Deployment, isQueued } from '../../deploy/record/deployment.ts';
import type { DeploymentEvent } from '../../deploy/record/events.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { enqueue } from './enqueue.ts';
import { say } from '../views/answers/answers.ts';
import { code } from '../views/parts/text.ts';

/** Takes a deployment out of the line, unless its turn has come; the caller has asked `policy`. */
export async function leaveLine(
  ports: SlackPorts,
  ask: Interaction,
  d: Deployment,
): Promise<Reply> {
  let refusal: string | undefined;
  const changed = await ports.records.change(d.id, (latest): DeploymentEvent[] => {
    refusal = whyNot(latest);
    if (refusal !== undefined) return [];
    const at = Date.now();
    return [
      { type: 'cancel-requested', at, by: ask.user, digest: approvalDigest(latest) },
      { type: 'finished', at, ending: 'cancelled' },
    ];
  });
  if (changed.kind === 'missing') return say('That deployment is no longer on record.');
  if (refusal !== undefined) return say(refusal);
  await enqueue(ports, changed.deployment);
  const { service, environment } = d.request;
  return say(
    `⏹️ Out of the line of ${code(service, 60)} in ${code(environment, 60)}. Nothing of it had begun. What is running there goes on.`,
  );
}

function whyNot(d: Deployment): string | undefined {
  if (isQueued(d)) return undefined;
  return d.finished
    ? 'That deployment is already over.'
    : 'Its turn has come, so it is no longer in line. `/argo cancel` stops it.';
}
