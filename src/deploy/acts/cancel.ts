// Decides whether a deployment can be cancelled, and whether it can leave the queue.
import { type Deployment, isQueued, switchBegan } from '../record/deployment.ts';
import { describeRequest } from '../record/requests.ts';
import { type Actor, type Outcome, type Refusal, refuse, write } from './act.ts';
import { approvalDigest } from './approval.ts';

/** Cancels a deployment, or refuses: after the switch it can only be rolled back. */
export function cancel(d: Deployment, { by, now: at }: Actor): Outcome {
  const refusal = whyNotCancel(d);
  if (refusal) return refuse(refusal);
  return write({ type: 'cancel-requested', at, by, digest: approvalDigest(d) });
}

function whyNotCancel(d: Deployment): Refusal | undefined {
  if (d.finished) return { kind: 'finished', ...d.finished };
  if (describeRequest(d.request).rollsBack) return { kind: 'is-rollback' };
  if (d.rollback) return { kind: 'rolling-back', by: d.rollback.by };
  if (switchBegan(d)) return { kind: 'traffic-moved' };
  if (d.cancelledBy) return { kind: 'cancelling', by: d.cancelledBy };
  return d.ending ? { kind: 'ending' } : undefined;
}

/** Removes a deployment from the queue. None of its stages has run, so it ends at once. */
export function leaveQueue(d: Deployment, { by, now: at }: Actor): Outcome {
  if (d.finished) return refuse({ kind: 'finished', ...d.finished });
  if (!isQueued(d)) return refuse({ kind: 'dequeued' });
  return write(
    { type: 'cancel-requested', at, by, digest: approvalDigest(d) },
    { type: 'finished', at, ending: 'cancelled' },
  );
}
