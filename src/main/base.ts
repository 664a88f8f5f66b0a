// Opens what the bot and the worker share: records, queue, audit, painted messages.
import { createWake } from '../../jobs/queue.ts';
import type { DeploymentEvent } from '../deploy/record/events.ts';
import type { Measures } from '../deploy/ports/slack-ports.ts';
import { createAudit } from '../redis/records/audit.ts';
import { listenToChanges } from '../redis/records/changes.ts';
import { connectRedis } from '../redis/connection/connect.ts';
import { createPaintedMessages } from '../redis/painted-messages.ts';
import { createInspections } from '../redis/records/inspections.ts';
import { createRecords } from '../redis/records/records.ts';
import { createReplicated } from '../redis/connection/replicated.ts';
import type { Wiring } from './wiring.ts';

/** The shared connections and records of a process. */
export type Base = Awaited<ReturnType<typeof openBase>>;

/** Events that change only the progress in a thread: an update that waits for Slack's rate limit goes on waiting. */
const PROGRESS: ReadonlySet<DeploymentEvent['type']> = new Set(['intent', 'done', 'checked']);

export async function openBase({ redisUrl, log, redactor }: Wiring, measures: Measures) {
  const redis = connectRedis(redisUrl, 'fail-fast', log);
  const changes = await listenToChanges(connectRedis(redisUrl, 'persistent', log));
  const wakeConnection = connectRedis(redisUrl, 'fail-fast', log);
  const wake = createWake(wakeConnection);
  const replicated = createReplicated(redis, log);
  const records = createRecords({
    redis,
    replicated,
    redactor,
    subscribe: (id, changed) => changes.subscribe(id, changed),
    // Does not wait until the update of the thread is queued: if that fails, the reconciler queues it.
    changed: (deployment, events) => {
      measures.written(deployment, events);
      const waits = events.every(({ type }) => PROGRESS.has(type));
      (waits ? wake.remind(deployment.id) : wake.announce(deployment.id)).catch((error: unknown) =>
        log.warn(
          { deployment: deployment.id, err: error },
          'the update of a Slack thread could not be queued; the reconciler retries within seconds',
        ),
      );
    },
  });
  return {
    redis,
    measures,
    records,
    wake,
    painted: createPaintedMessages(redis),
    audit: createAudit({ redis, replicated }),
    inspections: createInspections({ redis, replicated }),
    async close() {
      await wake.close();
      changes.close();
      redis.disconnect();
      wakeConnection.disconnect();
    },
  };
}
