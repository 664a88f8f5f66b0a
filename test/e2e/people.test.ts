import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  approvalCard,
  approve,
  ask,
  ending,
  hasButton,
  inThread,
  liveSlot,
  threadOf,
  told,
} from '../../sandbox/acts.ts';
import { deploys, people } from '../../sandbox/people.ts';
import { keptWarm } from '../../sandbox/argo-yml.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { startTraffic } from '../../sandbox/traffic.ts';
import { readable } from '../../sandbox/transcript.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const footprint =
  'find /opt /etc/nginx /etc/systemd/system -newermt @0 -printf "%p %T@ %l\\n" | grep -v -e /state -e pycache | sort | sha256sum';

describeOnHosts('people and a deployment', () => {
  let scene: Scene;
  const host = () => scene.hosts[0]!;

  beforeAll(async () => {
    scene = await startScene({ ...keptWarm, watch: { checks: 2, interval_seconds: 0.2 } });
  });
  afterAll(() => scene.stop());

  test('a dry run says what would happen and changes nothing', async () => {
    const before = await host().exec(footprint);
    const root = await ask(scene, 'ada', 'deploy --dry-run');
    expect(await ending(scene, root)).toMatch(/dry run/i);
    expect((await host().exec(footprint)).stdout).toBe(before.stdout);
    expect((await host().exec('ls -A /opt')).stdout).not.toContain('argo-trading');
  });

  test('a rejected release leaves the host as it was, and the thread says why', async () => {
    const root = await ask(scene, 'ada', 'deploy');
    const card = await approvalCard(scene, root);
    const ben = scene.workspace.as(people.ben.id);
    await ben.click(deploys, card.ts, 'Reject');
    const view = await scene.workspace.waitFor(() => ben.openView());
    await ben.submit(view.id, { 'Why?': 'the markets are open' });
    expect(await ending(scene, root)).toMatch(/rejected.*the markets are open/i);
    expect((await host().exec('ls -A /opt/argo-trading/releases')).stdout.trim()).toBe('');
    const units = await host().exec('systemctl is-active argo-trading-blue.service');
    expect(units.stdout.trim()).not.toBe('active');
  });

  test('who asked cannot approve, who may only look cannot either, and one decision counts', async () => {
    const root = await ask(scene, 'ben', 'deploy');
    const card = await approvalCard(scene, root);
    const { workspace } = scene;
    for (const [user, words] of [
      ['ben', /another person must/i],
      ['cleo', /needs the \w+ role/i],
    ] as const) {
      const { id } = people[user];
      const before = workspace.ephemerals(id).length;
      await workspace.as(id).click(deploys, card.ts, 'Approve');
      const answer = await workspace.waitFor(() => workspace.ephemerals(id)[before]);
      expect(readable(answer)).toMatch(words);
    }
    expect(await told(scene, 'ada', 'deploy')).toMatch(/already deploying/i);
    // Another deployment is queued, and starts by itself: only the record knows of it.
    const next = await ask(scene, 'ada', 'deploy green');
    await inThread(scene, next, /next in the queue, behind/i);
    expect(await told(scene, 'cleo', 'status')).toMatch(/queue: 1\./i);
    const [worker] = scene.workers;
    worker?.kill('SIGKILL');
    scene.workers[0] = scene.startWorker();
    expect(await told(scene, 'ben', 'cancel')).toMatch(/cancelling/i);
    expect(await ending(scene, root)).toMatch(/cancelled/i);
    await inThread(scene, next, /started after/i);
    await approvalCard(scene, next);
    expect(await told(scene, 'ada', 'cancel')).toMatch(/cancelling/i);
    expect(await ending(scene, next)).toMatch(/cancelled/i);
    const buttonsAreGone = (): boolean =>
      ![root, next].some((one) =>
        threadOf(scene, one).some((message) => hasButton(message, 'Approve')),
      );
    expect(await workspace.waitFor(buttonsAreGone)).toBe(true);
  });

  test('asking for the live slot offers the other one', async () => {
    const first = await ask(scene, 'ada', 'deploy blue');
    await approve(scene, first);
    expect(await ending(scene, first)).toMatch(/^✅/u);
    const root = await ask(scene, 'ada', 'deploy blue');
    expect(await ending(scene, root)).toMatch(/blue is live/);
    await inThread(scene, root, /\[Deploy to green/);
    expect(await liveSlot(scene)).toBe('blue');
  });

  test('a rollback by hand goes back to the previous good release and locks', async () => {
    const second = await ask(scene, 'ada', 'deploy');
    await approve(scene, second);
    expect(await ending(scene, second)).toMatch(/^✅/u);
    const back = await ask(scene, 'ada', 'rollback users see errors');
    expect(await ending(scene, back)).toMatch(/rolled back by <@U0ADA>\*: users see errors/);
    const result = await inThread(scene, back, /Deployments are locked/);
    expect(readable(result)).toMatch(
      /^↩️.*: rolled back from .* by <@U0ADA>\. .*users see errors/u,
    );
    expect(await told(scene, 'ada', 'history')).toMatch(/Rollback to .*done: users see errors/);
    expect(await liveSlot(scene)).toBe('blue');
    expect(await told(scene, 'ada', 'deploy')).toMatch(/lock/i);
    expect(await told(scene, 'ada', 'unlock')).toMatch(/needs the \w+ role/i);
    expect(await told(scene, 'ben', 'unlock')).toMatch(/unlocked by/i);
  });

  test('a restart runs the live release anew beside itself, and loses no request', async () => {
    const on = async (script: string) => (await host().exec(script)).stdout.trim();
    const pid = (slot: string) =>
      on(`systemctl show -p MainPID --value argo-trading-${slot}.service`);
    const held = () => on('cd /opt/argo-trading; readlink blue green; ls releases');
    const traffic = await startTraffic(`${host().publicUrl}/api/v1/signals`, { perSecond: 100 });
    const release = await on('readlink /opt/argo-trading/blue');
    const process = await pid('blue');
    const root = await ask(scene, 'ada', 'restart');
    await approve(scene, root);
    expect(await ending(scene, root)).toMatch(/^✅.*restarted/u);
    expect(await liveSlot(scene)).toBe('green');
    expect((await held()).split('\n').slice(0, 2)).toEqual([release, release]);
    // The process that users have left runs on; a restart must not lead them back to it.
    expect(await pid('blue')).toBe(process);
    const again = await ask(scene, 'ada', 'restart');
    await approvalCard(scene, again);
    expect(await pid('blue')).not.toBe(process);
    await told(scene, 'ada', 'cancel');
    expect(await ending(scene, again)).toMatch(/cancelled/i);
    expect(await held()).toContain(release.replace('releases/', ''));
    const load = await traffic.stop();
    expect([load.failed, load.sent > 0]).toEqual([0, true]);
  });
});
