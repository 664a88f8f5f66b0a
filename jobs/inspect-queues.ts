// Reads the queues for health, metrics and the board: job counts, and the next waiting job.
import type { ConnectionOptions, Queue } from 'bullmq';
import { ANNOUNCE_QUEUE, DEPLOY_QUEUE, INSPECT_QUEUE, openQueue, ROLLBACK_QUEUE } from './queue.ts';

export interface QueueInspection {
  queues: readonly Queue[];
  counts(): Promise<{ queue: string; state: string; jobs: number }[]>;
  /** The id of the next job that waits for a worker. */
  nextWaiting(): Promise<string | undefined>;
  close(): Promise<void>;
}

export function inspectQueues(connection: ConnectionOptions): QueueInspection {
  // Rollbacks first: if jobs wait in several queues, `nextWaiting` names the most urgent one.
  const worked = [ROLLBACK_QUEUE, DEPLOY_QUEUE, INSPECT_QUEUE].map((name) =>
    openQueue(name, connection),
  );
  const queues = [...worked, openQueue(ANNOUNCE_QUEUE, connection)];
  return {
    queues,
    async counts() {
      const counted = await Promise.all(
        queues.map(async (queue) => {
          const states = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed');
          const { name } = queue;
          return Object.entries(states).map(([state, jobs]) => ({ queue: name, state, jobs }));
        }),
      );
      return counted.flat();
    },
    async nextWaiting() {
      const next = await Promise.all(worked.map((queue) => queue.getJobs(['waiting'], 0, 0, true)));
      return next.flat()[0]?.id;
    },
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}
