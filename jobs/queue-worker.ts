// Starts a BullMQ worker on one queue, and closes it without waiting for an unreachable Redis.
import { type ConnectionOptions, type Processor, Worker, type WorkerOptions } from 'bullmq';
import type { Log } from '../src/deploy/ports/ports.ts';
import { PREFIX } from './queue.ts';

/** The connection of a worker: Redis or Cluster of ioredis. */
export type QueueConnection = ConnectionOptions & {
  status: string;
  disconnect(): void;
};

const CHECK_MS = 1_000;
/** How long an idle worker waits in Redis for a job before it asks again. A new job ends the wait. BullMQ's default is 5. */
const WAIT_SECONDS = 10;

export function startQueueWorker(
  queue: string,
  process: Processor,
  connection: QueueConnection,
  log: Log,
  options: Pick<WorkerOptions, 'concurrency' | 'lockDuration' | 'stalledInterval'>,
): Worker {
  const worker = new Worker(queue, process, {
    ...options,
    connection,
    prefix: PREFIX,
    drainDelay: WAIT_SECONDS,
    // Above this number of crashes BullMQ fails a job silently. runPhase counts the crashes and reports the failure.
    maxStalledCount: 1_000,
  });
  return worker.on('error', (error) =>
    log.warn(
      { queue, err: error },
      'BullMQ reported an error of a queue, whose worker continues; check Redis if this repeats',
    ),
  );
}

/** Waits for the running jobs. If Redis is unreachable, cuts the connection, because BullMQ would wait for ever. */
export async function closeWorker(worker: Worker, connection: QueueConnection): Promise<void> {
  const checking = setInterval(() => {
    if (connection.status !== 'ready') connection.disconnect();
  }, CHECK_MS);
  try {
    await worker.close();
  } finally {
    clearInterval(checking);
  }
}
