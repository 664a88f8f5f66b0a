// Runs the job of one inspection, keeps its result, and queues the answer to the person.
import type { Job } from 'bullmq';
import { inspect } from '../src/deploy/inspections/inspect.ts';
import type { InspectionResult, Inspections } from '../src/deploy/inspections/inspection.ts';
import { InspectionPayload, type Wake } from './queue.ts';

/** An inspection that was started more often without a result fails, because it probably crashes its workers. */
const MAX_STARTS = 2;

/** Rejects when the worker stops: BullMQ then gives the job to another worker. */
export async function inspectJob(
  job: Pick<Job, 'data'>,
  run: Parameters<typeof inspect>[0],
  inspections: Inspections,
  wake: Pick<Wake, 'answer'>,
): Promise<void> {
  const { inspection: id } = InspectionPayload.parse(job.data);
  run.signal.throwIfAborted();
  const asked = await inspections.start(id);
  if (!asked)
    return run.ports.log.info(
      { inspection: id },
      'an inspection was not run, because its request is too old; the person can ask again',
    );
  if (!asked.result) {
    const crashed = asked.starts > MAX_STARTS;
    await inspections.finish(id, crashed ? workersStopped : await inspect(run, asked.request));
  }
  await wake.answer(id);
}

const workersStopped: InspectionResult = {
  kind: 'failed',
  failure: {
    code: 'crash-loop',
    message: `${MAX_STARTS} workers stopped while they ran this`,
    next: 'See why the workers stop: their supervisor’s log, and dmesg for the OOM killer.',
  },
};
