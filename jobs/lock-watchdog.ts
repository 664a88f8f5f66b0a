// Notices that this worker lost the locks of its jobs, and stops its running phases.
import type { Worker } from 'bullmq';

/**
 * Calls `lost` if a job's lock may have expired, because BullMQ does not tell the job. While Redis is down, renewals
 * hang and another worker may take the job. A suspended process cannot notice this; the fence on the hosts stops it.
 * Returns a function that ends the watch.
 */
export function watchLocks(
  worker: Worker,
  lockDurationMs: number,
  lost: (why: string) => void,
): () => void {
  const margin = lockDurationMs / 5;
  let renewed = Date.now();
  let active = 0;
  worker.on('locksRenewed', () => (renewed = Date.now()));
  worker.on('active', () => {
    if (active === 0) renewed = Date.now();
    active += 1;
  });
  const settled = (): void => void (active = Math.max(0, active - 1));
  worker.on('completed', settled);
  worker.on('failed', settled);
  worker.on('lockRenewalFailed', () => lost('the lock of a job could not be renewed'));
  const timer = setInterval(() => {
    if (active > 0 && Date.now() - renewed > lockDurationMs - margin) {
      renewed = Date.now();
      lost('no lock has been renewed in time, so another worker may have the job');
    }
  }, lockDurationMs / 15);
  return () => clearInterval(timer);
}
