// Notices a dead worker: decides whether jobs are still taken, for the health check `queue`.

/** A worker takes a job within milliseconds, and the reconciler finds a lost one within seconds. */
const TOO_LONG_MS = 15_000;

export interface WorkerFacts {
  running: boolean;
  /** When the reconciler last succeeded, in Unix milliseconds. */
  reconciledAt: number;
  /** The id of the next job if it waits for a worker. */
  nextWaiting: string | undefined;
}

/**
 * Returns what is wrong, or undefined. A worker with a dead connection still says that it runs, so the same job must
 * not be next at two checks that are 15 s apart.
 */
export function createWorkerHealth(now: () => number = Date.now) {
  let waiting: { job: string; since: number } | undefined;
  return ({ running, reconciledAt, nextWaiting }: WorkerFacts): string | undefined => {
    if (waiting?.job !== nextWaiting)
      waiting = nextWaiting === undefined ? undefined : { job: nextWaiting, since: now() };
    if (!running) return 'the worker takes no jobs any more: restart it';
    const silent = now() - reconciledAt;
    if (silent > TOO_LONG_MS)
      return `the records could not be looked at for ${Math.round(silent / 1_000)} s`;
    const waits = waiting ? now() - waiting.since : 0;
    if (waits < TOO_LONG_MS) return undefined;
    return `job ${waiting?.job} waits for ${Math.round(waits / 1_000)} s and no worker takes it`;
  };
}
