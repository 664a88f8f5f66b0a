// What an approval is bound to, and how many it takes.
import { createHash } from 'node:crypto';
import { canonical } from '../audit/canonical-json.ts';
import type { Deployment } from '../record/deployment.ts';
import type { Target } from '../settings/settings.ts';

/** sha256 of everything that was shown: binds a decision to it, and records what a person saw. */
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
  return createHash('sha256').update(canonical(shown)).digest('hex');
}

/** An author whom nobody in Slack matches could be any one approver, so one more person has to look. */
export function approvalsNeeded({ place }: Target, unmatchedAuthors: number): number {
  return place.approval.approvers + (unmatchedAuthors > 0 ? 1 : 0);
}

/** An approval given hours ago is no approval of now; after an early one, work was done meanwhile. */
export function isTooOld({ gate, request }: Deployment, now: number): boolean {
  if (!gate) return false;
  const decidedAt = gate.decision?.at ?? gate.openedAt;
  const allowed = Math.max(gate.expiresAt - gate.openedAt, EARLY_MS);
  return now > (request.gate === 'start' ? decidedAt + allowed : gate.expiresAt);
}

/** So long installing and starting a release may take at least. */
const EARLY_MS = 3_600_000;
