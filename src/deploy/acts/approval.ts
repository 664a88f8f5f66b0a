// Decides what an approval is bound to, how many are needed, whether one counts, and when it is too old.
import { digestOf } from '../audit/canonical-json.ts';
import { type Deployment, openGate } from '../record/deployment.ts';
import type { Target } from '../settings/settings.ts';
import { type Actor, type Outcome, type Refusal, refuse, write } from './act.ts';
import { StageFailed } from '../record/errors.ts';

/** Returns the sha256 of everything that the approval card shows. An approval counts only for this digest. */
export function approvalDigest({ id, request, facts, stages }: Deployment): string {
  return digestOf({
    id,
    request,
    release: facts.release,
    sha: facts.commit?.sha,
    commits: facts.commits,
    authors: facts.authors,
    manifest: facts.manifest,
    diff: facts.diff,
    fileChanges: facts.fileChanges,
    packageChanges: facts.packageChanges,
    leftOut: facts.leftOut,
    config: facts.configFingerprints,
    configChanges: facts.configChanges,
    unit: facts.unitDiff,
    exposure: facts.exposure,
    slot: facts.slot,
    hosts: facts.hosts,
    warnings: stages.flatMap(({ warnings }) => warnings),
    unchecked: stages.filter(({ status }) => status === 'pending').map(({ name }) => name),
  });
}

/** A commit's author without a known Slack account may be an approver, so one more person must approve. */
export function approvalsNeeded({ place }: Target, unmatchedAuthors: number): number {
  return place.approval.approvers + (unmatchedAuthors > 0 ? 1 : 0);
}

/** With `approval.before: start`, an approval holds at least this long, because installation and start follow it. */
const EARLY_MS = 3_600_000;

export type Choice =
  | { kind: 'approved'; note?: string | undefined }
  | { kind: 'rejected'; reason: string }
  | { kind: 'broke-glass'; reason: string };

/**
 * Returns the events of a person's choice. Refuses if the gate is closed, or if the person saw an outdated card.
 * `digest`: `approvalDigest` when the card was shown. `needed`: how many people must approve.
 */
export function decide(
  d: Deployment,
  { digest, needed }: { digest: string; needed: number },
  choice: Choice,
  { by, now: at }: Actor,
): Outcome {
  const gate = openGate(d);
  if (!gate) return refuse(closedGate(d));
  if (gate.digest !== digest) return refuse({ kind: 'card-outdated' });
  if (at >= gate.expiresAt) return write({ type: 'expired', at });
  const signed = { at, by, digest };
  if (choice.kind === 'rejected')
    return write({ type: 'rejected', ...signed, reason: choice.reason });
  if (choice.kind === 'broke-glass')
    return write({ type: 'approved', ...signed, brokeGlass: choice.reason });
  const others = gate.votes.filter((vote) => vote.by !== by).length;
  const isLast = others + 1 >= needed;
  // This person has approved already, and more people are needed.
  if (!isLast && others < gate.votes.length)
    return refuse({ kind: 'approved-already', votes: gate.votes.length, needed });
  return write({ type: isLast ? 'approved' : 'voted', ...signed, note: choice.note || undefined });
}

export function closedGate({ gate }: Deployment): Refusal {
  return { kind: 'gate-closed', decision: gate?.decision };
}

export function expire(d: Deployment, now: number): Outcome {
  const gate = openGate(d);
  return gate && gate.expiresAt <= now
    ? write({ type: 'expired', at: now })
    : refuse(closedGate(d));
}

/** Fails with StageFailed `approval-too-old` if no worker acted on the approval in time. */
export function refuseOldApproval({ gate, request }: Deployment): void {
  if (!gate) return;
  const decidedAt = gate.decision?.at ?? gate.openedAt;
  const allowed = Math.max(gate.expiresAt - gate.openedAt, EARLY_MS);
  if (Date.now() <= (request.gate === 'start' ? decidedAt + allowed : gate.expiresAt)) return;
  throw new StageFailed('the approval expired, because no worker was running in time', {
    code: 'approval-too-old',
    next: '`/argo deploy` asks the approvers again.',
  });
}
