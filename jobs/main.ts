import { type ConnectionOptions, type Job, Worker } from 'bullmq';
import { Interrupted, isFailure } from '../src/deploy/record/errors.ts';
import type { Ports } from '../src/deploy/ports/ports.ts';
import type { Settings } from '../src/deploy/settings/settings.ts';
import { closeWorker, type QueueConnection } from './close.ts';
import { deployJob } from './deploy.ts';
import { expireJob } from './expire.ts';
import { DEPLOY_QUEUE, PREFIX, ROLLBACK_QUEUE, type Wake } from './queue.ts';
import { keepReconciling } from './reconcile.ts';
import { watchLocks } from './watchdog.ts';

/** Three missed renewals and the job is another worker's: with the check below, within 20 s of a crash. */
const LOCK_MS = 9_000;
const STALLED_MS = 3_000;
const RECONCILE_MS = 2_000;

export interface WorkerOptions {
  connection: ConnectionOptions & QueueConnection;
  /** What a run is given; a run gets connections of its own, since it closes them when it ends. */
  portsForRun: () => Ports;
  ports: Pick<Ports, 'records' | 'log'>;
  settings: Settings;
  wake: Wake;
  paintedVersion: (id: string) => Promise<number>;
  sealAudit: () => Promise<unknown>;
  name: string;
}

export interface RunningWorker {
  /** Whether it takes jobs, and when it last went through the records, Unix milliseconds. */
  look(): { running: boolean; reconciledAt: number };
  /** Parks what is running, for another worker to go on with. */
  stop(): Promise<void>;
}

/** Runs deployments until stopped. */
export function startWorker(options: WorkerOptions): RunningWorker {
  const { connection, ports, settings, wake, name } = options;
  const { records, log } = ports;
  let stop = new AbortController();
  const process = async (job: Job): Promise<void> => {
    if (job.name === 'expire') return expireJob(job, records, wake);
    const run = { ports: options.portsForRun(), settings, worker: name, signal: stop.signal };
    return deployJob(job, run, wake);
  };
  const lost = (why: string): void => {
    log.warn({}, `stopping the running phases: ${why}`);
    stop.abort(new Interrupted(why));
    stop = new AbortController();
  };
  // The queue of deployments may hold rollbacks that an older version has put there.
  const lanes = [ROLLBACK_QUEUE, DEPLOY_QUEUE].map((queue) =>
    startLane(queue, process, { connection, log, lost }),
  );
  const reconciling = keepReconciling({ ...options, records, log }, RECONCILE_MS);
  return {
    look: () => ({
      running: lanes.every(({ worker }) => worker.isRunning()),
      reconciledAt: reconciling.lastAt(),
    }),
    async stop() {
      await reconciling.stop();
      // Closing comes first, or the place of what is stopped would be taken by the next job.
      const closed = lanes.map(({ worker }) => closeWorker(worker, connection));
      stop.abort(new Interrupted('the worker is stopping'));
      await Promise.all(closed);
      for (const { unwatch } of lanes) unwatch();
    },
  };
}

interface LaneOptions extends Pick<WorkerOptions, 'connection'> {
  log: Ports['log'];
  /** Another worker may have the jobs of this one. */
  lost: (why: string) => void;
}

/** Takes the jobs of one queue, with places of its own. */
function startLane(
  queue: string,
  process: (job: Job) => Promise<void>,
  { connection, log, lost }: LaneOptions,
): { worker: Worker; unwatch: () => void } {
  const worker = new Worker(queue, process, {
    connection,
    prefix: PREFIX,
    concurrency: 50,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_MS,
    // BullMQ would fail a job for good after this many crashes, unseen; runPhase counts them itself.
    maxStalledCount: 1_000,
  });
  worker.on('failed', endLog(log));
  worker.on('error', (error) => log.warn({ err: error }, 'the queue has a problem'));
  return { worker, unwatch: watchLocks(worker, LOCK_MS, lost) };
}

/** What waits for a person is tried every few seconds, and said this often. */
const REMIND_MS = 60_000;

/** A run that was stopped is routine; anything else that reaches the queue is a fault of ours or of argo.yml. */
function endLog(log: Ports['log']): (job: Job | undefined, error: Error) => void {
  const told = new Map<string, number>();
  return (job, error) => {
    const fields = { job: job?.id, reason: error.message };
    if (isFailure(error) && error.code === 'target-gone') {
      if (Date.now() - (told.get(error.message) ?? 0) < REMIND_MS) return;
      told.set(error.message, Date.now());
      log.error({ ...fields, next: error.next }, 'a deployment cannot go on');
    } else if (isFailure(error)) {
      log.info(fields, 'a phase was stopped; another run goes on from here');
    } else {
      log.error({ ...fields, err: error }, 'a phase broke off unexpectedly; it is tried again');
    }
  };
}
