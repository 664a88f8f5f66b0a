// Runs the job of one phase of a deployment, then queues the next one.
import type { Job } from 'bullmq';
import { Fenced } from '../src/deploy/record/errors.ts';
import type { Redactor } from '../src/deploy/secrets/redactor.ts';
import { runPhase } from '../src/deploy/engine/run-phase.ts';
import type { Run } from '../src/deploy/engine/run-context.ts';
import { DeployPayload, type Wake } from './queue.ts';

/** Deployments that this process runs. After a job lost its lock, BullMQ may deliver it again, which is ignored. */
const running = new Set<string>();

/** Rethrows the failure of the phase, without secrets. */
export async function deployJob(job: Pick<Job, 'data'>, run: Run, wake: Wake): Promise<void> {
  const { deployment: id, phase } = DeployPayload.parse(job.data);
  if (running.has(id)) return;
  running.add(id);
  try {
    const after = await runPhase(run, id, phase);
    if (after) await wake.wake(after);
  } catch (error) {
    if (error instanceof Fenced) {
      const fields = { deployment: id, phase, reason: error.message };
      run.ports.log.warn(
        fields,
        'another worker runs this deployment now, so this worker stops its part (fenced); nobody has to act',
      );
    }
    throw await withoutSecrets(error, run.ports.redactor);
  } finally {
    running.delete(id);
  }
}

/** Masks secrets, because BullMQ stores the error of a job in Redis. */
async function withoutSecrets(error: unknown, redactor: Redactor): Promise<unknown> {
  if (!(error instanceof Error)) return redactor.cleanInSlices(String(error));
  error.message = await redactor.cleanInSlices(error.message);
  if (error.stack !== undefined) error.stack = await redactor.cleanInSlices(error.stack);
  return error;
}
