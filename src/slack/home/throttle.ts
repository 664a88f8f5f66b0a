export interface Throttled {
  /** Soon, and at most once in the interval, however often it is asked for. */
  request(): void;
  stop(): void;
}

/** Many calls become few runs: the first one at once, and the last call is always followed by a run. */
export function throttle(everyMs: number, act: () => Promise<void>): Throttled {
  let timer: NodeJS.Timeout | undefined;
  let last = -Infinity;
  let running = false;
  let again = false;
  let stopped = false;
  const run = async (): Promise<void> => {
    running = true;
    again = false;
    last = performance.now();
    await act();
    running = false;
    if (again) schedule();
  };
  const schedule = (): void => {
    if (stopped || timer) return;
    const rest = Math.max(0, last + everyMs - performance.now());
    timer = setTimeout(() => {
      timer = undefined;
      void run();
    }, rest);
    timer.unref();
  };
  return {
    request() {
      if (running) again = true;
      else schedule();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
