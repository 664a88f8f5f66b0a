// Decides whether an approval is too old to begin anything on it.
import { isTooOld } from './approval-digest.ts';
import type { Deployment } from '../record/deployment.ts';
import { StageFailed } from '../record/errors.ts';

/** Nothing that needed an approval begins on one from hours ago, which no worker was there to act on. */
export function refuseOldApproval(deployment: Deployment): void {
  if (!isTooOld(deployment, Date.now())) return;
  throw new StageFailed('the approval is older than it may be: no worker was there in time', {
    code: 'approval-too-old',
    next: 'No traffic was moved. Deploy again; the approvers are asked again.',
  });
}
