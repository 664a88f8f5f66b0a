// Decides whether a deployment rolls back by itself, or a new deployment rolls it back.
import { type Deployment, switchBegan } from '../record/deployment.ts';
import { describeRequest } from '../record/requests.ts';
import { type Actor, type Outcome, type Refusal, refuse, write } from './act.ts';
import { approvalDigest } from './approval.ts';

/** Rolls a running deployment back, once its traffic has moved. */
export function rollBack(d: Deployment, reason: string, { by, now: at }: Actor): Outcome {
  const refusal = whyNotRollBack(d);
  if (refusal) return refuse(refusal);
  return write({ type: 'rollback-requested', at, by, reason, digest: approvalDigest(d) });
}

function whyNotRollBack(d: Deployment): Refusal | undefined {
  if (d.rollback) return { kind: 'rolling-back', by: d.rollback.by };
  if (d.finished) return { kind: 'finished', ...d.finished };
  return switchBegan(d) ? undefined : { kind: 'traffic-not-moved' };
}

/** Past its switch a deployment still holds the claim, so only it can move the traffic back. */
export function rollsBackItself(d: Deployment): boolean {
  return !describeRequest(d.request).rollsBack && switchBegan(d) && !d.finished;
}

/** The release that a button returns to after the end, by its name, until a newer deployment begins. */
export function releaseToReturnTo(d: Deployment): string | undefined {
  const { request, finished, superseded, facts } = d;
  const live = finished?.ending === 'succeeded' || finished?.ending === 'rollback-failed';
  if (describeRequest(request).rollsBack || !live || superseded) return undefined;
  // After a restart the release before is the same one.
  const { rollbackTo, release } = facts;
  const noWay = rollbackTo?.release === release || rollbackTo?.doubt !== undefined;
  return noWay ? undefined : rollbackTo?.release;
}
