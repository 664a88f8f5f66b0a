// Decides what an approval is bound to, how many are needed, whether one counts, and when it is too old.
import { digestOf } from '../audit/canonical-json.ts';
import { type Deployment, openGate } from '../record/deployment.ts';
import type { Target } from '../settings/settings.ts';
import { type Actor, type Outcome, type Refusal, refuse, write } from './act.ts';
import { StageFailed } from '../record/errors.ts';

/** Returns the sha256 of everything that a card shows. It binds a decision to what the person saw. */
export function approvalDigest({ id, request, facts, stages }: Deployment): string {
  const shown = {
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
  };
  return digestOf(shown);
}

/** An author whose Slack account is unknown could be one of the approvers, so one more person must approve. */
export function approvalsNeeded({ place }: Target, unmatchedAuthors: number): number {
  return place.approval.approvers + (unmatchedAuthors > 0 ? 1 : 0);
}

/** True if the approval is too old to act on. An early one stays valid until the release is installed and started. */
function isTooOld({ gate, request }: Deployment, now: number): boolean {
  if (!gate) return false;
  const decidedAt = gate.decision?.at ?? gate.openedAt;
  const allowed = Math.max(gate.expiresAt - gate.openedAt, EARLY_MS);
  return now > (request.gate === 'start' ? decidedAt + allowed : gate.expiresAt);
}

/** Time to install and start a release after an early approval. */
const EARLY_MS = 3_600_000;

export type Choice =
  | { kind: 'approved'; note?: string | undefined }
  | { kind: 'rejected'; reason: string }
  | { kind: 'broke-glass'; reason: string };

export interface Card {
  /** Digest of everything that the card showed. */
  digest: string;
  /** How many people must approve. */
  needed: number;
}

/** Decides a gate by one person's choice. A gate is decided once, and only for what the card showed. */
export function decide(
  d: Deployment,
  { digest, needed }: Card,
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
  // A person who approves twice counts once.
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
export function refuseOldApproval(deployment: Deployment): void {
  if (!isTooOld(deployment, Date.now())) return;
  throw new StageFailed('the approval expired, because no worker was running in time', {
    code: 'approval-too-old',
    next: '`/argo deploy` asks the approvers again.',
  });
}
