// Uploads a unit's changes into the thread, when the approval card has no room for all of them.
/** Puts a unit's changes into the thread as a file, once, where the approval card has no room for all of them. */
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import type { ThreadContext, PaintResult } from './thread-context.ts';
import { uploadFile } from './upload-file.ts';
import { unitDiffFile } from '../views/approval/changes.ts';

export async function uploadUnitDiff(
  thread: ThreadContext,
  deployment: Deployment,
  redactor: Redactor,
  threadTs: string,
): Promise<PaintResult> {
  const name = unitDiffFile(deployment);
  if (name === undefined || !deployment.gate) return { kind: 'painted' };
  const file = { key: 'unit-diff', name, title: 'Changes of the service definition' };
  const diff = deployment.facts.unitDiff ?? '';
  return uploadFile(thread, threadTs, file, async () =>
    Buffer.from(`${await redactor.cleanInSlices(diff)}\n`),
  );
}
