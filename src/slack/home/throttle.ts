// Limits how often a function runs: at most once per interval, and always once after the last request.
/** Runs `act` at once for the first request. A request during a run causes another run after `everyMs`. */
export function throttle(everyMs: number, act: () => Promise<void>) {
  let timer: NodeJS.Timeout | undefined;
  let last = -Infinity;
  let running = false;
  let again = false;
  let stopped = false;
  const run = async (): Promise<void> => {
    running = true;
    again = false;
    last = performance.now();
    try {
      await act();
    } finally {
      running = false;
    }
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
