import { type ConnectionOptions, Queue } from 'bullmq';
import { ANNOUNCE_QUEUE, DEPLOY_QUEUE, PREFIX, ROLLBACK_QUEUE } from './queue.ts';

/** The queues, for whoever only looks. */
export interface QueueInspection {
  queues: readonly Queue[];
  counts(): Promise<{ queue: string; state: string; jobs: number }[]>;
  /** The job that is next, while it waits for a worker. */
  nextWaiting(): Promise<string | undefined>;
  close(): Promise<void>;
}

export function lookAtQueues(connection: ConnectionOptions): QueueInspection {
  const open = (name: string): Queue => {
    const queue = new Queue(name, { connection, prefix: PREFIX });
    // The connection says it once an outage; BullMQ would print every attempt.
    return queue.on('error', () => {});
  };
  // A rollback that waits is the graver news.
  const worked = [open(ROLLBACK_QUEUE), open(DEPLOY_QUEUE)];
  const queues = [...worked, open(ANNOUNCE_QUEUE)];
  return {
    queues,
    async counts() {
      const counted = await Promise.all(
        queues.map(async (queue) => {
          const states = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed');
          return Object.entries(states).map(([state, jobs]) => ({
            queue: queue.name,
            state,
            jobs,
          }));
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
