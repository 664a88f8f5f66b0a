import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approvalCard, approve, ask, ending, liveSlot } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { startTraffic } from '../../sandbox/traffic.ts';
import { runningStage } from '../../src/deploy/record/deployment.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { type Watcher, watchRecords } from './support/records.ts';

describeOnHosts('a worker that is killed', () => {
  let scene: Scene;
  let watcher: Watcher;

  beforeAll(async () => {
    scene = await startScene({ files: 3_000, watch: { checks: 6, interval_seconds: 0.5 } });
    watcher = await watchRecords(scene);
  });

  afterAll(async () => {
    watcher.close();
    await scene.stop();
  });

  const replaceWorker = (): void => {
    for (const worker of scene.workers.splice(0)) worker.kill('SIGKILL');
    scene.workers.push(scene.startWorker());
  };

  test('in the middle of the upload: the deployment goes on by itself and ends well', async () => {
    const root = await ask(scene, 'ada', 'deploy');
    await watcher.until((d) => runningStage(d)?.name === 'upload');
    replaceWorker();
    await approvalCard(scene, root);
    await approve(scene, root);
    expect(await ending(scene, root)).toMatch(/^✅/u);
    const left = await scene.hosts[0]?.exec('ls -A /opt/argo-trading/releases');
    expect(left?.stdout).not.toContain('.incoming');
  });

  test('in the middle of the watch: the count goes on, and no request is lost', async () => {
    await commit(scene.repository, { message: 'One more', files: { 'argo/one.json': '1\n' } });
    const traffic = await startTraffic(`${scene.hosts[0]?.publicUrl}/api/v1/signals`, {
      perSecond: 100,
      maxSeconds: 120,
    });
    const root = await ask(scene, 'ada', 'deploy');
    await approve(scene, root);
    const { checks } = await watcher.until((d) => d.checks.length >= 2);
    replaceWorker();
    expect(await ending(scene, root)).toMatch(/^✅/u);
    expect(await liveSlot(scene)).toBe('green');
    const { failed, sent } = await traffic.stop();
    expect(sent).toBeGreaterThan(0);
    expect(failed).toBe(0);
    expect(checks.length).toBeGreaterThanOrEqual(2);
  });

  test('right after the switch began: users end up on the new release, once', async () => {
    await commit(scene.repository, { message: 'And more', files: { 'argo/two.json': '2\n' } });
    const root = await ask(scene, 'ada', 'deploy');
    await approve(scene, root);
    await watcher.until((d) => runningStage(d)?.name === 'switch');
    replaceWorker();
    expect(await ending(scene, root)).toMatch(/^✅/u);
    expect(await liveSlot(scene)).toBe('blue');
  });
});
