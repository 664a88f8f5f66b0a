import { createHash } from 'node:crypto';
import type { Deployment } from './deployment.ts';

/** Binds an approval to everything that was shown: a click on an older card decides nothing. */
export function approvalDigest({ id, facts, stages }: Deployment): string {
  const shown = {
    id,
    release: facts.release,
    sha: facts.commit?.sha,
    manifest: facts.manifest,
    diff: facts.diff,
    fileChanges: facts.fileChanges,
    leftOut: facts.leftOut,
    config: facts.configFingerprints,
    unit: facts.unitDiff,
    exposure: facts.exposure,
    slot: facts.slot,
    hosts: facts.hosts,
    warnings: stages.flatMap(({ warnings }) => warnings),
  };
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, 32);
}
