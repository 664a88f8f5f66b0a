import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  approvalCard,
  approve,
  ask,
  ending,
  inThread,
  liveSlot,
  told,
} from '../../sandbox/acts.ts';
import { badCommits, commit } from '../../sandbox/engine/repository.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { readable } from '../../sandbox/transcript.ts';
import { runningStage } from '../../src/deploy/record/deployment.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { type Watcher, watchRecords } from './support/records.ts';

const unit = 'argo-trading.service';

describeOnHosts('a service without a proxy', () => {
  let scene: Scene;
  let watcher: Watcher;

  const on = async (script: string): Promise<string> => {
    const answer = await scene.hosts[0]!.exec(script);
    return (answer.stdout + answer.stderr).trim();
  };
  const version = () =>
    on(`curl -s 127.0.0.1:8000/api/v1/health | grep -o '"version":"[^"]*"' | cut -d'"' -f4`);
  const pid = () => on(`systemctl show -p MainPID --value ${unit}`);
  const change = (name: string) =>
    commit(scene.repository, { message: name, files: { [`argo/${name}.json`]: '1\n' } });

  beforeAll(async () => {
    scene = await startScene({
      strategy: 'restart',
      watch: { checks: 2, interval_seconds: 0.2 },
    });
    watcher = await watchRecords(scene);
  });

  afterAll(async () => {
    watcher.close();
    await scene.stop();
  });

  test('gets its first release', async () => {
    const root = await ask(scene, 'ada', 'deploy');
    await approve(scene, root);
    expect(await ending(scene, root)).toMatch(/^✅/u);
    expect(await liveSlot(scene)).toBe('blue');
    expect(await on(`systemctl is-enabled ${unit}`)).toBe('enabled');
  });

  test('is not touched before the approval; then restarts, and says how long users had no answer', async () => {
    const [before, process] = [await version(), await pid()];
    await change('second');
    const root = await ask(scene, 'ada', 'deploy');
    await approvalCard(scene, root);
    expect(await version()).toBe(before);
    expect(await pid()).toBe(process);
    await approve(scene, root);
    expect(await ending(scene, root)).toMatch(/^✅/u);
    expect(await version()).not.toBe(before);
    expect(await liveSlot(scene)).toBe('green');
    await inThread(scene, root, /no good answer for \d+\.\d s/);
  });

  test('has its release back within the same stage when the new one does not come up', async () => {
    const before = await version();
    await commit(scene.repository, badCommits.exitsAtOnce);
    const root = await ask(scene, 'ada', 'deploy');
    await approve(scene, root);
    expect(await ending(scene, root)).toMatch(/^↩/u);
    expect(await version()).toBe(before);
    expect(await liveSlot(scene)).toBe('green');
    const said = readable(await inThread(scene, root, /Service crashed on host-1/));
    expect(said).toMatch(/is live again\. Users had no good answer for/);
    expect(await told(scene, 'ben', 'unlock')).toMatch(/unlocked by/i);
    await commit(scene.repository, { message: 'Mend it', files: { 'behaviour.json': null } });
  });

  test('goes back by hand with one more restart', async () => {
    const before = await version();
    const back = await ask(scene, 'ada', 'rollback users see errors');
    expect(await ending(scene, back)).toMatch(/rolled back/i);
    expect(await version()).not.toBe(before);
    expect(await liveSlot(scene)).toBe('blue');
    await inThread(scene, back, /Previous release restarted.*no good answer for \d+\.\d s/);
    expect(await told(scene, 'ben', 'unlock')).toMatch(/unlocked by/i);
  });

  test('comes up with the new release although the worker is killed in the middle of the restart', async () => {
    await change('third');
    const root = await ask(scene, 'ada', 'deploy');
    await approve(scene, root);
    await watcher.until((d) => runningStage(d)?.name === 'restart');
    for (const worker of scene.workers.splice(0)) worker.kill('SIGKILL');
    scene.workers.push(scene.startWorker());
    expect(await ending(scene, root)).toMatch(/^✅/u);
    expect(await liveSlot(scene)).toBe('green');
    await inThread(scene, root, /users are on \S+; no good answer for/);
  });

  test('is refused the slot that it runs in', async () => {
    const process = await pid();
    const root = await ask(scene, 'ada', 'deploy green');
    expect(await ending(scene, root)).toMatch(/green is live/);
    expect(await pid()).toBe(process);
  });

  test('is restarted by command in place: the same release, another process, its downtime said', async () => {
    const [release, process] = [await version(), await pid()];
    const root = await ask(scene, 'ada', 'restart');
    await approve(scene, root);
    expect(await ending(scene, root)).toMatch(/^✅.*restarted.*no good answer for/u);
    expect(await version()).toBe(release);
    expect(await pid()).not.toBe(process);
  });
});
