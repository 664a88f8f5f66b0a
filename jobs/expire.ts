// Expires the approval of a deployment that nobody approved or rejected in time.
import type { Job } from 'bullmq';
import { perform } from '../src/deploy/acts/act.ts';
import { expire } from '../src/deploy/acts/approval.ts';
import type { Records } from '../src/deploy/history/records.ts';
import { DeploymentPayload, type Wake } from './queue.ts';

export async function expireJob(
  job: Pick<Job, 'data'>,
  records: Records,
  wake: Wake,
): Promise<void> {
  const { deployment: id } = DeploymentPayload.parse(job.data);
  const expired = await perform(records, id, (d) => expire(d, Date.now()));
  // Wake also if nothing expired now: an earlier run of this job may have crashed between `perform` and `wake`.
  const deployment = expired.kind === 'done' ? expired.deployment : await records.read(id);
  if (deployment) await wake.wake(deployment);
}
