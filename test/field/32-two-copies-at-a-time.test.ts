// Two copies of the service work only until the watch is over, people are told, and the way back loses no request.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy, liveOn } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { ask, approvalCard, approve, ending } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { startTraffic } from '../../sandbox/traffic.ts';
import { readable } from '../../sandbox/transcript.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { until } from '../support/until.ts';

describeOnHosts('two copies of a service', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.stop());

  /** Slots whose unit runs, as systemd has it. */
  const running = async (): Promise<string[]> => {
    const asked =
      'for slot in blue green; do systemctl is-active -q argo-trading-$slot && echo $slot; done; true';
    return (await world.onHost(asked)).split('\n').filter(Boolean);
  };

  test('work until the watch is over; the card says so, and names the way without', async () => {
    expect((await deploy(world)).line).toMatch(/^✅/u);
    const { slot: first } = await liveOn(world, {});
    expect(await running()).toEqual([first]);
    await commit(world.scene.repository, { message: 'Next', files: { 'argo/more.json': '[1]\n' } });
    const root = await ask(world.scene, 'ada', 'deploy');
    const card = readable(await approvalCard(world.scene, root));
    expect(await running()).toEqual(['blue', 'green']);
    expect(card).toMatch(
      new RegExp(`Two copies of argo-trading run now.*After the watch, ${first} stops`),
    );
    expect(card).toContain('Reject if two copies must not run at once.');
    await approve(world.scene, root);
    expect(await ending(world.scene, root)).toMatch(/^✅/u);
    const { slot } = await liveOn(world, {});
    expect(slot).not.toBe(first);
    await until(async () => (await running()).join(' ') === slot);
  });

  test('a rollback starts the stopped one first, and no request is lost', async () => {
    const { slot: before } = await liveOn(world, {});
    const traffic = await startTraffic(`${world.host.publicUrl}/api/v1/signals`, { perSecond: 50 });
    const root = await ask(world.scene, 'ada', 'rollback users see errors');
    expect(await ending(world.scene, root)).toMatch(/^(?:✅|↩)/u);
    const { sent, failed, failures } = await traffic.stop();
    expect((await liveOn(world, {})).slot).not.toBe(before);
    expect({ failed, failures }).toEqual({ failed: 0, failures: [] });
    expect(sent).toBeGreaterThan(0);
  });
});
