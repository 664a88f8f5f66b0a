import type { Log } from '../src/deploy/ports.ts';
import type { Records } from '../src/deploy/records.ts';
import type { Wake } from './queue.ts';

export interface Reconciler {
  records: Records;
  wake: Wake;
  /** The journal version that the thread shows. */
  paintedVersion: (id: string) => Promise<number>;
  log: Log;
}

/** Re-queues what should be moving and is not: whatever got lost on the way, the record still knows. */
export async function reconcile({ records, wake, paintedVersion }: Reconciler): Promise<void> {
  for (const id of await records.active()) {
    const deployment = await records.read(id);
    if (deployment) await wake.wake(deployment);
  }
  for (const id of await records.unpainted()) {
    const painted = await paintedVersion(id);
    await records.settlePaint(id, painted);
    await wake.announce(id);
  }
}

/** Reconciles at start and every few seconds; returns how to stop. */
export function keepReconciling(reconciler: Reconciler, everyMs: number): () => Promise<void> {
  let stopped = false;
  let running = Promise.resolve();
  const round = (): void => {
    running = running
      .then(() => (stopped ? undefined : reconcile(reconciler)))
      .catch((error: unknown) =>
        reconciler.log.warn({ err: error }, 'reconciling failed, it is tried again'),
      );
  };
  round();
  const timer = setInterval(round, everyMs);
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
}
