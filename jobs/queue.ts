// Names the BullMQ queues and payloads, and queues the job that a deployment needs next.
import { Queue, type ConnectionOptions, type Job } from 'bullmq';
import { z } from 'zod';
import type { Deployment } from '../src/deploy/record/deployment.ts';
import { Phase } from '../src/deploy/record/events.ts';
import { nextMove } from '../src/deploy/acts/next-move.ts';

export const PREFIX = '{argo}';
export const DEPLOY_QUEUE = 'deploy';
/** Has its own workers, so that rollbacks do not wait for deployments. */
export const ROLLBACK_QUEUE = 'rollback';
/** Has its own workers, so that inspections and deployments do not wait for each other. */
export const INSPECT_QUEUE = 'inspect';
export const ANNOUNCE_QUEUE = 'announce';

/** Payloads contain only ids, because the record may change before the job runs. */
export const DeployPayload = z.object({ deployment: z.string(), phase: Phase });
/** Payload of jobs that expire a deployment's approval, or paint its thread. */
export const DeploymentPayload = z.object({ deployment: z.string() });
export const InspectionPayload = z.object({ inspection: z.string() });

/** Queues jobs. Calls are idempotent: the same call twice makes one job. */
export interface Wake {
  /** Queues the deployment's next phase or the expiry of its gate, if there is one. */
  wake(deployment: Deployment): Promise<void>;
  /** Queues the update (painting) of a thread. If a job for it is delayed, ends the delay. */
  announce(id: string): Promise<void>;
  /** Queues the update of a thread. If a job for it is delayed, it stays delayed. */
  remind(id: string): Promise<void>;
  /** Queues an inspection, and a message to the person for the case that it takes long. */
  inspect(id: string): Promise<void>;
  /** Queues the answer to the person who asked for an inspection. */
  answer(id: string): Promise<void>;
  close(): Promise<void>;
}

/** After this time without a result, the person is told that the inspection takes long. */
const LATE_MS = 15_000;
/** Answers are retried, because Slack may refuse them for a while. */
const ANSWER_RETRIES = { attempts: 6, backoff: { type: 'exponential', delay: 1_000 } } as const;

/** Ignores errors: without a listener BullMQ prints each one, and the connection already logs each outage. */
export function openQueue(name: string, connection: ConnectionOptions): Queue {
  return new Queue(name, { connection, prefix: PREFIX }).on('error', () => undefined);
}

export function createWake(connection: ConnectionOptions): Wake {
  const deploys = openQueue(DEPLOY_QUEUE, connection);
  const rollbacks = openQueue(ROLLBACK_QUEUE, connection);
  const inspections = openQueue(INSPECT_QUEUE, connection);
  const announcements = openQueue(ANNOUNCE_QUEUE, connection);
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
        // `gone` removes finished jobs, because BullMQ adds no second job with the id of a kept one.
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
      // `remind` returns the existing job if there is one.
      await promote(await remind(id));
    },
    async remind(id) {
      await remind(id);
    },
    async inspect(id) {
      const late = { jobId: `${id}_late`, delay: LATE_MS, ...ANSWER_RETRIES, ...gone };
      await announcements.add('late', { inspection: id }, late);
      // Without a delay, the worker that is stopping would take the failed job again.
      const again = { attempts: 5, backoff: { type: 'fixed', delay: 500 } };
      await inspections.add('inspect', { inspection: id }, { jobId: id, ...again, ...gone });
    },
    async answer(id) {
      const options = { jobId: `${id}_answer`, ...ANSWER_RETRIES, ...gone };
      await announcements.add('answer', { inspection: id }, options);
    },
    async close() {
      await Promise.all(
        [deploys, rollbacks, inspections, announcements].map((queue) => queue.close()),
      );
    },
  };
}

/** BullMQ's error code for a job that is not delayed. */
const NOT_DELAYED = -3;

/** Promotes a delayed job. Does nothing to a job that is waiting or active. */
async function promote(job: Job): Promise<void> {
  try {
    await job.promote();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === NOT_DELAYED)) throw error;
  }
}
