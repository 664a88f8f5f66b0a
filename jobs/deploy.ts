import type { Job } from 'bullmq';
import { runPhase, type Run } from '../src/deploy/run.ts';
import { DeployPayload, type Wake } from './queue.ts';

/** Deployments that this process is running: BullMQ may hand one out twice after losing its lock. */
const running = new Set<string>();

/** One phase of one deployment; then whatever its record says is next. */
export async function deployJob(job: Job, run: Run, wake: Wake): Promise<void> {
  const { deployment: id, phase } = DeployPayload.parse(job.data);
  if (running.has(id)) return;
  running.add(id);
  try {
    const after = await runPhase(run, id, phase);
    if (after) await wake.wake(after);
  } finally {
    running.delete(id);
  }
}
