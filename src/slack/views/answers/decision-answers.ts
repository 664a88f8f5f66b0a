// Writes the answer to an approver who approved or rejected a release.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { DeploymentEvent } from '../../../deploy/record/events.ts';
import type { Reply } from '../../contract/interaction.ts';
import { say } from './answers.ts';
import { counted } from '../parts/text.ts';

export function decisionReply(
  { type }: Pick<DeploymentEvent, 'type'>,
  { request, gate }: Pick<Deployment, 'request' | 'gate'>,
  needed: number,
): Reply {
  if (type === 'expired')
    return say('⌛ Too late: the approval has expired. Nothing live was changed.');
  if (type === 'rejected') return say('🚫 Rejected. Nothing live was changed.');
  if (type === 'voted') {
    const have = gate?.votes.length ?? 1;
    const left = counted(needed - have, 'more person', 'more people');
    return say(`✅ Your approval counts: ${have} of ${needed}. ${left} must approve.`);
  }
  return say(
    request.gate === 'start'
      ? '✅ Approved. The release is installed, checked and started now; traffic moves when all of that has passed.'
      : '✅ Approved. Traffic moves now.',
  );
}
