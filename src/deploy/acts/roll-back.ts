// Decides whether a deployment rolls back by itself, or a new deployment rolls it back.
import { type Deployment, switchBegan } from '../record/deployment.ts';
import { describeRequest } from '../record/requests.ts';
import { type Actor, type Outcome, type Refusal, refuse, write } from './act.ts';
import { approvalDigest } from './approval.ts';

/** Rolls back a deployment that has moved traffic and is not finished. */
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

/** True after the switch of an unfinished deployment. It still has the claim, so no new deployment can roll it back. */
export function rollsBackItself(d: Deployment): boolean {
  return !describeRequest(d.request).rollsBack && switchBegan(d) && !d.finished;
}

/** Returns the release for the rollback button of a finished deployment; undefined once a newer deployment starts. */
export function releaseToReturnTo(d: Deployment): string | undefined {
  const { request, finished, superseded, facts } = d;
  const live = finished?.ending === 'succeeded' || finished?.ending === 'rollback-failed';
  if (describeRequest(request).rollsBack || !live || superseded) return undefined;
  // After `/argo restart`, `rollbackTo` is the live release itself, so no button offers it.
  const { rollbackTo, release } = facts;
  const unusable = rollbackTo?.release === release || rollbackTo?.doubt !== undefined;
  return unusable ? undefined : rollbackTo?.release;
}

/** Returns whether a running deployment can be rolled back: it has switched, and something was live before. */
export function mayRollBack(d: Deployment): boolean {
  const { rollbackTo, servedBefore } = d.facts;
  const running = d.due === 'watch' && switchBegan(d) && !d.rollback && !d.finished;
  const hasPrevious = rollbackTo !== undefined || servedBefore === true;
  return running && hasPrevious && !describeRequest(d.request).rollsBack;
}
