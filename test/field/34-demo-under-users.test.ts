// What the page of the demo says of releases that go bad under users is what happens.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { inThread, told } from '../../sandbox/acts.ts';
import { demoService } from '../../sandbox/argo-yml.ts';
import { startTraffic } from '../../sandbox/traffic.ts';
import { badReleases, claims } from '../../sandbox/troubles/releases.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

describeOnHosts('a release of the demo that goes bad under users', () => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld({
      service: demoService(),
      watch: { checks: 24, interval_seconds: 0.4 },
    });
  });
  afterAll(() => world.stop());

  /** What the page says, and what is seen of it in the thread. */
  const seenOf = async (commit: string) => {
    const trouble = badReleases(world.scene.repository).find(({ id }) => id === commit);
    await trouble?.strike();
    const { publicUrl } = world.host;
    const traffic = await startTraffic(`${publicUrl}/api/v1/signals`, { perSecond: 20 });
    const deployed = await deploy(world);
    await traffic.stop();
    return { ...deployed, about: trouble?.about };
  };

  test('the first one goes live', async () => {
    expect((await deploy(world)).line).toMatch(/^✅/u);
  });

  test('degraded: an alert with Roll back', async () => {
    const { about, root, events } = await seenOf('degradesAfterSwitch');
    expect(about).toBe('an alert with Roll back');
    expect(events.map(({ type }) => type)).toContain('alerted');
    await inThread(world.scene, root, /degraded/i);
  });

  test('slow: the picture of the watch shows it', async () => {
    const { about, root } = await seenOf('slowAfterSwitch');
    expect(about).toBe('look at the picture of the watch');
    await inThread(world.scene, root, /\[file .*\.png/);
  });

  test('failing: it goes back by itself', async () => {
    const { about, line } = await seenOf('failsAfterSwitch');
    expect(about).toBe('it goes back by itself');
    expect(line).toMatch(/^↩/u);
    await told(world.scene, 'ben', 'unlock');
  });

  test('nothing else is claimed of releases under users', () => {
    const under = claims.filter(({ stage }) => stage === 'watch').map(({ commit }) => commit);
    expect(under).toEqual(['degradesAfterSwitch', 'slowAfterSwitch', 'failsAfterSwitch']);
  });
});
