// Queues lost jobs again every few seconds, as the records require, and seals new entries of the audit.
import { isQueued } from '../src/deploy/record/deployment.ts';
import { advanceQueue } from '../src/deploy/acts/queue.ts';
import type { Log } from '../src/deploy/ports/ports.ts';
import type { Records } from '../src/deploy/history/records.ts';
import type { Wake } from './queue.ts';

export interface Reconciler {
  records: Records;
  wake: Wake;
  /** The journal version that the thread shows. */
  paintedVersion: (id: string) => Promise<number>;
  /** Moves new decisions into the audit's chain. */
  sealAudit: () => Promise<unknown>;
  log: Log;
}

/** Queues the next job of each active deployment, and the painting of each outdated thread. Calls are idempotent. */
export async function reconcile(reconciler: Reconciler): Promise<void> {
  const { records, wake, paintedVersion, sealAudit, log } = reconciler;
  /** Logs the failure of one record and continues with the others. */
  const each = async (ids: string[], act: (id: string) => Promise<void>): Promise<void> => {
    for (const id of ids) {
      await act(id).catch((error: unknown) =>
        log.warn(
          { deployment: id, err: error },
          'a job of a deployment, or the update of its thread, could not be queued; the next round retries. If this repeats, check Redis and run argo-bot repair',
        ),
      );
    }
  };
  // All at once, because an idle process pays for each time that it wakes up.
  const sealing = sealAudit().catch((error: unknown) =>
    log.warn(
      { err: error },
      'new decisions of people and of argo-bot could not be added to the audit; Redis keeps them, and argo-bot retries. If this repeats, check Redis',
    ),
  );
  const [active, unpainted] = await Promise.all([records.active(), records.unpainted()]);
  await each(active, async (id) => {
    const deployment = await records.read(id);
    if (deployment)
      await wake.wake(isQueued(deployment) ? await advanceQueue(records, deployment) : deployment);
  });
  await each(unpainted, async (id) => {
    await records.markPainted(id, await paintedVersion(id));
    await wake.remind(id);
  });
  await sealing;
}

/** Reconciles at once, then every `everyMs`. */
export function keepReconciling(
  reconciler: Reconciler,
  everyMs: number,
): {
  /** When the last round succeeded, in Unix milliseconds; at first the time of the start. */
  lastAt(): number;
  stop(): Promise<void>;
} {
  let stopped = false;
  let lastAt = Date.now();
  let running = Promise.resolve();
  const reconcileOnce = async (): Promise<void> => {
    if (stopped) return;
    await reconcile(reconciler);
    lastAt = Date.now();
  };
  const round = (): void => {
    running = running
      .then(reconcileOnce)
      .catch((error: unknown) =>
        reconciler.log.warn(
          { err: error },
          'a round of the reconciler failed, so lost jobs are not queued yet; the next round retries. If this repeats, check Redis',
        ),
      );
  };
  round();
  const timer = setInterval(round, everyMs);
  return {
    lastAt: () => lastAt,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
