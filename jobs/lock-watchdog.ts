// Notices that this worker lost the locks of its jobs, and stops its running phases.

interface JobEvents {
  on(
    event: 'active' | 'completed' | 'failed' | 'locksRenewed' | 'lockRenewalFailed',
    listener: () => void,
  ): unknown;
}

/** Calls `lost` if a job's lock may have expired, because BullMQ does not tell the job. Returns a function to stop. */
export function watchLocks(
  worker: JobEvents,
  lockDurationMs: number,
  lost: (why: string) => void,
): () => void {
  const margin = lockDurationMs / 5;
  let renewed = Date.now();
  let active = 0;
  let timer: NodeJS.Timeout | undefined;
  // While Redis is down, renewals hang, so compare the clock. A suspended process is late, but hosts refuse its epoch.
  const check = (): void => {
    if (Date.now() - renewed <= lockDurationMs - margin) return;
    renewed = Date.now();
    lost('no lock has been renewed in time, so another worker may have the job');
  };
  worker.on('locksRenewed', () => void (renewed = Date.now()));
  worker.on('active', () => {
    if (active === 0) {
      renewed = Date.now();
      // The timer runs only while a job runs, so that an idle worker sleeps.
      timer = setInterval(check, lockDurationMs / 15);
    }
    active += 1;
  });
  const settled = (): void => {
    active = Math.max(0, active - 1);
    if (active === 0) clearInterval(timer);
  };
  worker.on('completed', settled);
  worker.on('failed', settled);
  worker.on('lockRenewalFailed', () => lost('the lock of a job could not be renewed'));
  return () => clearInterval(timer);
}
