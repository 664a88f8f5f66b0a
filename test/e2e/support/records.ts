import type { Scene } from '../../../sandbox/scene.ts';
import type { Deployment } from '../../../src/deploy/record/deployment.ts';
import type { Records } from '../../../src/deploy/history/records.ts';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import { listenToChanges } from '../../../src/redis/records/changes.ts';
import { connectRedis } from '../../../src/redis/connection/connect.ts';
import { createRecords } from '../../../src/redis/records/records.ts';

export interface Watcher {
  records: Records;
  /** The newest deployment's record, as soon as it is as wanted. */
  until(wanted: (deployment: Deployment) => boolean): Promise<Deployment>;
  close(): void;
}

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** Looks at the records of a scene from outside, as another process would. */
export async function watchRecords(scene: Scene, environment = 'production'): Promise<Watcher> {
  const { REDIS_URL: url = '' } = scene.environment;
  const redis = connectRedis(url, 'fail-fast', quiet);
  const changes = await listenToChanges(connectRedis(url, 'persistent', quiet));
  const records = createRecords({
    redis,
    redactor: createRedactor(),
    subscribe: (id, changed) => changes.subscribe(id, changed),
  });
  const place = { service: 'argo-trading', environment };
  return {
    records,
    async until(wanted) {
      const claim = await records.claim(place);
      if (!claim) throw new Error('no deployment is running');
      const { promise, resolve, reject } = Promise.withResolvers<Deployment>();
      const look = async (): Promise<void> => {
        const now = await records.read(claim.deployment);
        if (now && wanted(now)) resolve(now);
        else if (now?.finished) reject(new Error(`it ended as ${now.finished.ending} before that`));
      };
      const unsubscribe = await records.subscribe(
        claim.deployment,
        () => void look().catch(reject),
      );
      await look();
      try {
        return await promise;
      } finally {
        await unsubscribe();
      }
    },
    close() {
      changes.close();
      redis.disconnect();
    },
  };
}
