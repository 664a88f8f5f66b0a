/** A worker takes a job within milliseconds, and a lost one is found within seconds. */
const TOO_LONG_MS = 15_000;

export interface Consuming {
  running: boolean;
  /** Unix milliseconds of the last round of the reconciler that went through. */
  reconciledAt: number;
  /** The job that is next, while it waits. */
  nextWaiting: string | undefined;
}

/**
 * Whether jobs are taken. A connection that died without a word still says that it runs, so what counts is
 * that no job is next in line for long: the same one at two looks, fifteen seconds apart or more.
 */
export function createConsuming(now: () => number = Date.now) {
  let waiting: { job: string; since: number } | undefined;
  return ({ running, reconciledAt, nextWaiting }: Consuming): string | undefined => {
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
