// Closes a BullMQ worker: waits for its jobs, but not for an unreachable Redis.
import type { Worker } from 'bullmq';

/** The connection of a worker: Redis or Cluster of ioredis. */
export interface QueueConnection {
  status: string;
  disconnect(): void;
}

const LOOK_MS = 1_000;

/**
 * BullMQ's commands wait until Redis is reachable again. At a stop they are dropped instead, and another worker gets
 * the job when its lock expires.
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
