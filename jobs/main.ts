// Starts the worker: its queues, the reconciler, and the locks by which other workers notice that it is dead.
import type { Job } from 'bullmq';
import { Interrupted, isFailure } from '../src/deploy/record/errors.ts';
import type { Inspections } from '../src/deploy/inspections/inspection.ts';
import type { Ports } from '../src/deploy/ports/ports.ts';
import type { Settings } from '../src/deploy/settings/settings.ts';
import { deployJob } from './deploy.ts';
import { expireJob } from './expire.ts';
import { inspectJob } from './inspect.ts';
import { DEPLOY_QUEUE, INSPECT_QUEUE, ROLLBACK_QUEUE } from './queue.ts';
import { closeWorker, type QueueConnection, startQueueWorker } from './queue-worker.ts';
import { keepReconciling, type Reconciler } from './reconcile.ts';
import { watchLocks } from './lock-watchdog.ts';

/** After a crash another worker gets the job within 20 s: its lock expires, then BullMQ's stalled check finds it. */
const LOCK_MS = 9_000;
const STALLED_MS = 3_000;
const RECONCILE_MS = 2_000;

export interface WorkerOptions extends Pick<Reconciler, 'wake' | 'paintedVersion' | 'sealAudit'> {
  connection: QueueConnection;
  /** The ports for one run. Each run gets its own connections, because it closes them at its end. */
  portsForRun: () => Ports;
  ports: Pick<Ports, 'records' | 'log'>;
  inspections: Inspections;
  settings: Settings;
  name: string;
}

export interface RunningWorker {
  /** Whether the worker takes jobs, and when the reconciler last succeeded, in Unix milliseconds. */
  status(): { running: boolean; reconciledAt: number };
  /** Interrupts running phases, so that another worker can resume them. */
  stop(): Promise<void>;
}

export function startWorker(options: WorkerOptions): RunningWorker {
  const { connection, ports, settings, wake, name } = options;
  const { records, log } = ports;
  let stop = new AbortController();
  const process = async (job: Job): Promise<void> => {
    if (job.name === 'expire') return expireJob(job, records, wake);
    const run = { ports: options.portsForRun(), settings, worker: name, signal: stop.signal };
    if (job.name === 'inspect') return inspectJob(job, run, options.inspections, wake);
    return deployJob(job, run, wake);
  };
  const lost = (why: string): void => {
    log.warn(
      { worker: name },
      `this worker stops its deployments, because ${why}; it or another worker continues them, and nobody has to act`,
    );
    stop.abort(new Interrupted(why));
    stop = new AbortController();
  };
  // Each queue accepts every job: an older argo-bot may have put rollbacks into the deploy queue.
  const workers = [ROLLBACK_QUEUE, DEPLOY_QUEUE, INSPECT_QUEUE].map((queue) => {
    const worker = startQueueWorker(queue, process, connection, log, {
      concurrency: 50,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_MS,
    });
    worker.on('failed', createFailureLogger(log));
    return { worker, unwatch: watchLocks(worker, LOCK_MS, lost) };
  });
  const reconciling = keepReconciling({ ...options, records, log }, RECONCILE_MS);
  return {
    status: () => ({
      running: workers.every(({ worker }) => worker.isRunning()),
      reconciledAt: reconciling.lastAt(),
    }),
    async stop() {
      await reconciling.stop();
      // Close first, so that the workers take no new jobs when the running ones stop.
      const closed = workers.map(({ worker }) => closeWorker(worker, connection));
      stop.abort(new Interrupted('the worker is stopping'));
      await Promise.all(closed);
      for (const { unwatch } of workers) unwatch();
    },
  };
}

/** A deployment that waits for a corrected argo.yml is retried every few seconds, but logged only this often. */
const REMIND_MS = 60_000;

function createFailureLogger(log: Ports['log']): (job: Job | undefined, error: Error) => void {
  const loggedAt = new Map<string, number>();
  return (job, error) => {
    const fields = { job: job?.id, reason: error.message };
    if (isFailure(error) && error.code === 'target-gone') {
      if (Date.now() - (loggedAt.get(error.message) ?? 0) < REMIND_MS) return;
      loggedAt.set(error.message, Date.now());
      log.error(
        { ...fields, next: error.next },
        'a deployment cannot continue until a person does what `next` says',
      );
    } else if (isFailure(error)) {
      log.info(fields, 'a job was interrupted; another run resumes it, and nobody has to act');
    } else {
      log.error(
        { ...fields, err: error },
        'an unexpected error ended a job, which is retried; report this as a bug',
      );
    }
  };
}
