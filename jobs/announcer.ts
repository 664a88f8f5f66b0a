// Starts the BullMQ worker that paints threads.
import { type ConnectionOptions, Worker } from 'bullmq';
import type { Log } from '../src/deploy/ports/ports.ts';
import { announceJob, type Painter } from './announce.ts';
import { closeWorker, type QueueConnection } from './close-worker.ts';
import { ANNOUNCE_QUEUE, PREFIX } from './queue.ts';

/** Runs in the bot's process, because it needs Slack and no hosts. */
export function startAnnouncer(
  connection: ConnectionOptions & QueueConnection,
  painter: Painter,
  log: Log,
): { stop(): Promise<void> } {
  const worker = new Worker(ANNOUNCE_QUEUE, (job, token) => announceJob(job, painter, token), {
    connection,
    prefix: PREFIX,
    concurrency: 20,
    lockDuration: 30_000,
    stalledInterval: 5_000,
    maxStalledCount: 1_000,
  });
  worker.on('failed', (job, error) =>
    log.warn({ job: job?.id, err: error }, 'a thread could not be painted; retrying'),
  );
  worker.on('error', (error) => log.warn({ err: error }, 'BullMQ reported an error'));
  return { stop: () => closeWorker(worker, connection) };
}
