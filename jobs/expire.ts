import type { Job } from 'bullmq';
import { openGate } from '../src/deploy/record/deployment.ts';
import type { Records } from '../src/deploy/history/records.ts';
import { ExpirePayload, type Wake } from './queue.ts';

/** Closes a gate that nobody went through in time. */
export async function expireJob(
  job: Pick<Job, 'data'>,
  records: Records,
  wake: Wake,
): Promise<void> {
  const { deployment: id } = ExpirePayload.parse(job.data);
  const at = Date.now();
  const changed = await records.change(id, (latest) => {
    const gate = openGate(latest);
    return gate && gate.expiresAt <= at ? [{ type: 'expired', at }] : [];
  });
  if (changed.kind !== 'missing') await wake.wake(changed.deployment);
}
