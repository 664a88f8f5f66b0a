// Runs the jobs that update (paint) Slack threads and answer inspections; delays a job at Slack's rate limit.
import { DelayedError, type Job } from 'bullmq';
import type { Log } from '../src/deploy/ports/ports.ts';
import { ANNOUNCE_QUEUE, DeploymentPayload, InspectionPayload } from './queue.ts';
import { closeWorker, type QueueConnection, startQueueWorker } from './queue-worker.ts';

/** `version` is the journal's length that the painter saw before it was told to wait `ms`. */
export type Painted = { kind: 'painted' } | { kind: 'later'; ms: number; version: number };

export interface Painter {
  paint(deployment: string): Promise<Painted>;
  /** The current length of the journal. */
  version(deployment: string): Promise<number>;
}

/** Starts the worker that updates threads and sends answers, in the bot's process: it needs Slack, but no host. */
export function startAnnouncer(
  connection: QueueConnection,
  painter: Painter,
  answer: (inspection: string, late: boolean) => Promise<void>,
  log: Log,
): { stop(): Promise<void> } {
  const process = (job: Job, token?: string): Promise<void> => {
    if (job.name === 'announce') return announceJob(job, painter, token);
    return answer(InspectionPayload.parse(job.data).inspection, job.name === 'late');
  };
  const worker = startQueueWorker(ANNOUNCE_QUEUE, process, connection, log, {
    concurrency: 20,
    lockDuration: 30_000,
    stalledInterval: 5_000,
  });
  worker.on('failed', (job, error) =>
    log.warn(
      { job: job?.id, err: error },
      'an update of a Slack thread, or an answer to an inspection, did not reach Slack; argo-bot retries. If this repeats, check the status of Slack',
    ),
  );
  return { stop: () => closeWorker(worker, connection) };
}

/** So short that nobody sees the wait, and so long that a deployment with many events is not painted for each. */
const SOON_MS = 100;

/** Throws DelayedError if the thread must be painted later: at Slack's rate limit, or soon after another update. */
async function announceJob(job: Job, painter: Painter, token: string | undefined): Promise<void> {
  const { deployment } = DeploymentPayload.parse(job.data);
  const painted = await painter.paint(deployment);
  if (painted.kind === 'painted') return;
  await job.moveToDelayed(Date.now() + painted.ms, token);
  // An event that came before `moveToDelayed` could not end this delay. So end it soon if the journal has grown since.
  // This fails if an event has just ended the delay; after any other failure the reconciler queues the update.
  const latest = await painter.version(deployment).catch(() => 0);
  if (latest > painted.version)
    await job.changeDelay(Math.min(painted.ms, SOON_MS)).catch(() => {});
  throw new DelayedError();
}
