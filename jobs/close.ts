import type { Worker } from 'bullmq';

/** What the workers' commands go over; ioredis has both kinds of it. */
export interface QueueConnection {
  status: string;
  disconnect(): void;
}

const LOOK_MS = 1_000;

/**
 * Closes a worker, waiting for its jobs but not for Redis. BullMQ's commands wait until Redis is back, which is right
 * until somebody stops the process: then what they were about to say is lost, and the job is another worker's once
 * its lock has run out.
 */
export async function closeWorker(worker: Worker, connection: QueueConnection): Promise<void> {
  const looking = setInterval(() => {
    if (connection.status !== 'ready') connection.disconnect();
  }, LOOK_MS);
  try {
    await worker.close();
  } finally {
    clearInterval(looking);
  }
}
