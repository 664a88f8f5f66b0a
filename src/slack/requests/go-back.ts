import { approvalDigest } from '../../deploy/acts/approval-digest.ts';
import { switchBegan, type Deployment } from '../../deploy/record/deployment.ts';
import type { DeploymentEvent } from '../../deploy/record/events.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { enqueue } from './enqueue.ts';
import { say } from '../views/answers/answers.ts';
import { person } from '../views/parts/text.ts';

/** Asks a deployment past its switch to go back; the caller has asked `policy`. */
export async function goBack(ports: SlackPorts, ask: Interaction, id: string): Promise<Reply> {
  let refusal: string | undefined;
  const changed = await ports.records.change(id, (d): DeploymentEvent[] => {
    refusal = whyNot(d);
    if (refusal !== undefined) return [];
    const reason = 'a person asked for it';
    return [
      {
        type: 'rollback-requested',
        at: Date.now(),
        by: ask.user,
        reason,
        digest: approvalDigest(d),
      },
    ];
  });
  if (changed.kind === 'missing') return say('That deployment is no longer on record.');
  if (refusal !== undefined) return say(refusal);
  await enqueue(ports, changed.deployment);
  return say('Rolling back. The thread tells how it goes.');
}

function whyNot(d: Deployment): string | undefined {
  if (d.rollback) {
    const who = d.rollback.by ? `by ${person(d.rollback.by)}` : 'by argo-bot itself';
    return `It is already being rolled back, decided ${who}.`;
  }
  if (d.finished)
    return 'That deployment is over. `/argo rollback` goes back to the release before.';
  if (!switchBegan(d))
    return 'No traffic has moved yet, so there is nothing to roll back. `/argo cancel` stops it.';
  return undefined;
}
