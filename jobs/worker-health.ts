// Decides whether the worker is healthy, for the health check `queue`: it runs, reconciles, and takes waiting jobs.

/** A worker is unhealthy if a job waits this long, or if the reconciler, which runs every 2 s, fails for this long. */
const MAX_WAIT_MS = 15_000;

export interface WorkerFacts {
  running: boolean;
  /** When the reconciler last succeeded, in Unix milliseconds. */
  reconciledAt: number;
  /** The id of the next job if it waits for a worker. */
  nextWaiting: string | undefined;
}

/** Also watches the next waiting job, because a worker whose connection is cut still says that it runs. */
export function createWorkerHealth(now: () => number = Date.now) {
  let waiting: { job: string; since: number } | undefined;
  return ({ running, reconciledAt, nextWaiting }: WorkerFacts): string | undefined => {
    if (waiting?.job !== nextWaiting)
      waiting = nextWaiting === undefined ? undefined : { job: nextWaiting, since: now() };
    if (!running) return 'the worker takes no jobs any more: restart it';
    const silent = now() - reconciledAt;
    if (silent > MAX_WAIT_MS)
      return `the reconciler could not read the records for ${Math.round(silent / 1_000)} s`;
    const waits = waiting ? now() - waiting.since : 0;
    if (waits < MAX_WAIT_MS) return undefined;
    return `job ${waiting?.job} waits for ${Math.round(waits / 1_000)} s and no worker takes it`;
  };
}
