import { afterEach, expect, test } from '@jest/globals';
import { approve, ask, ending, inThread, liveSlot, threadOf } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { startRedisCluster } from '../../sandbox/redis-cluster.ts';
import { startSentinelGroup } from '../../sandbox/redis-sentinel.ts';
import type { PrivateRedis } from '../../sandbox/redis.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { startTraffic } from '../../sandbox/traffic.ts';
import { isRecord, type Message } from '../../sandbox/workspace/model.ts';
import { type Deployment, runningStage } from '../../src/deploy/record/deployment.ts';
import { bootTimeoutMs, describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { watchRecords } from './support/records.ts';

interface Group {
  url: string;
  /** The server that has the records. */
  master(): Promise<PrivateRedis>;
  /** Has the others notice; without it they do by themselves. */
  failedOver?(from: PrivateRedis): Promise<void>;
  stop(): Promise<void>;
}

async function sentinels(): Promise<Group> {
  return startSentinelGroup();
}
async function cluster(): Promise<Group> {
  const nodes = await startRedisCluster({ replicas: true });
  return {
    url: nodes.url,
    master: () => nodes.masterOf('{argo}'),
    stop: () => nodes.stop(),
  };
}

const keyOf = ({ metadata, files }: Message): string => {
  // Files carry no label, and each has a name of its own.
  if (files) return files.map(({ name }) => name).join();
  const payload = isRecord(metadata) ? metadata['event_payload'] : undefined;
  return isRecord(payload) ? String(payload['key']) : 'no label';
};

/** Kills the master as soon as the deployment is there; the server that takes its place is another. */
async function killMaster(
  scene: Scene,
  group: Group,
  there: (deployment: Deployment) => boolean,
): Promise<void> {
  const watcher = await watchRecords(scene);
  await watcher.until(there).finally(() => watcher.close());
  const master = await group.master();
  await master.kill();
  await group.failedOver?.(master);
}

interface Kind {
  name: string;
  start: () => Promise<Group>;
  /** Whether another one is left to take its place after the first one has. */
  twice: boolean;
}

const kinds: readonly Kind[] = [
  { name: 'a Sentinel group', start: sentinels, twice: true },
  { name: 'a Redis Cluster with replicas', start: cluster, twice: false },
];

describeOnHosts('a deployment when the master with its record dies', () => {
  let group: Group | undefined;
  let scene: Scene | undefined;
  afterEach(async () => {
    await scene?.stop();
    await group?.stop();
  });

  test.each(kinds)(
    'on $name: it ends live, its thread is complete, nothing is posted twice, no request is lost',
    async ({ start, twice }) => {
      group = await start();
      scene = await startScene({
        redisUrl: group.url,
        watch: { checks: 20, interval_seconds: 0.5 },
      });
      const first = await ask(scene, 'ada', 'deploy');
      if (twice) await killMaster(scene, group, (d) => runningStage(d)?.name === 'preflight');
      await approve(scene, first);
      expect(await ending(scene, first)).toMatch(/^✅/u);

      await commit(scene.repository, { message: 'One more', files: { 'argo/one.json': '1\n' } });
      const traffic = await startTraffic(`${scene.hosts[0]?.publicUrl}/api/v1/signals`, {
        perSecond: 50,
        maxSeconds: 180,
      });
      const second = await ask(scene, 'ada', 'deploy');
      await approve(scene, second);
      await killMaster(scene, group, (d) => d.checks.length >= 2);
      expect(await ending(scene, second)).toMatch(/^✅/u);
      expect(await liveSlot(scene)).toBe('green');
      const { failed, sent } = await traffic.stop();
      expect({ failed, asked: sent > 0 }).toEqual({ failed: 0, asked: true });
      for (const root of [first, second]) {
        await inThread(scene, root, /● Tidied up/);
        const keys = threadOf(scene, root).map(keyOf);
        expect(keys.length).toBeGreaterThan(1);
        expect(new Set(keys).size).toBe(keys.length);
      }
    },
    3 * bootTimeoutMs,
  );
});
