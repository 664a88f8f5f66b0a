import { Queue, type ConnectionOptions, type Job } from 'bullmq';
import { z } from 'zod';
import type { Deployment } from '../src/deploy/record/deployment.ts';
import { Phase } from '../src/deploy/record/events.ts';
import { nextMove } from '../src/deploy/acts/next-move.ts';

export const PREFIX = '{argo}';
export const DEPLOY_QUEUE = 'deploy';
/** Of its own workers, so that no rollback waits behind deployments. */
export const ROLLBACK_QUEUE = 'rollback';
export const ANNOUNCE_QUEUE = 'announce';

/** Payloads name a deployment and nothing else: the record says the rest, and it may have moved on. */
export const DeployPayload = z.object({ deployment: z.string(), phase: Phase });
export const ExpirePayload = z.object({ deployment: z.string() });
export const AnnouncePayload = z.object({ deployment: z.string() });

/** Wakes workers. Adding the same thing twice makes one job, so anyone may call at any time. */
export interface Wake {
  /** Queues whatever the deployment needs next, if anything. */
  wake(deployment: Deployment): Promise<void>;
  /** Something has changed: has the thread painted now, even if its painter meant to wait. */
  announce(id: string): Promise<void>;
  /** Has the thread painted, when its painter thinks it time. */
  remind(id: string): Promise<void>;
  close(): Promise<void>;
}

export function createWake(connection: ConnectionOptions): Wake {
  const deploys = new Queue(DEPLOY_QUEUE, { connection, prefix: PREFIX });
  const rollbacks = new Queue(ROLLBACK_QUEUE, { connection, prefix: PREFIX });
  const announcements = new Queue(ANNOUNCE_QUEUE, { connection, prefix: PREFIX });
  // BullMQ prints what nobody listens to; the connection itself says once that Redis is away.
  for (const queue of [deploys, rollbacks, announcements]) queue.on('error', () => undefined);
  const gone = { removeOnComplete: true, removeOnFail: true } as const;
  const remind = (id: string): Promise<Job> =>
    announcements.add(
      'announce',
      { deployment: id },
      { deduplication: { id, keepLastIfActive: true }, ...gone },
    );
  return {
    async wake(deployment) {
      const { id } = deployment;
      const move = nextMove(deployment);
      if (move.kind === 'run') {
        // A finished job that was kept would block its id, so none is kept.
        const jobId = `${id}_${move.phase}`;
        const queue = move.phase === 'rollback' ? rollbacks : deploys;
        await queue.add(move.phase, { deployment: id, phase: move.phase }, { jobId, ...gone });
      }
      if (move.kind === 'expire') {
        const timestamp = Date.now();
        const delay = Math.max(0, move.at - timestamp);
        const options = { jobId: `${id}_expire`, timestamp, delay, ...gone };
        await deploys.add('expire', { deployment: id }, options);
      }
    },
    async announce(id) {
      // What comes back is the job that there was, if there was one.
      await hasten(await remind(id));
    },
    async remind(id) {
      await remind(id);
    },
    async close() {
      await Promise.all([deploys.close(), rollbacks.close(), announcements.close()]);
    },
  };
}

/** BullMQ's word for a job that is not delayed. */
const NOT_DELAYED = -3;

/** Runs a delayed job now; leaves one alone that waits for a worker or has one. */
export async function hasten(job: Job): Promise<void> {
  try {
    await job.promote();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === NOT_DELAYED)) throw error;
  }
}
