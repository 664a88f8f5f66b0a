import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy, stopOf } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { told } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { legacyConfig as location } from '../../sandbox/argo-yml.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

describeOnHosts('a config location that is a link', () => {
  let world: World;
  let round = 0;
  beforeAll(async () => {
    world = await openWorld({ watch: { checks: 1, interval_seconds: 0.2 } });
  });
  afterAll(() => world.stop());

  const on = async (script: string): Promise<string> => (await world.onHost(script)).trim();
  /** Another config each time, so that there is something to write. */
  const changed = async (): Promise<string> => {
    round += 1;
    const files = {
      'config.json': `{"massive": {"api_key": "EXAMPLE-massive-key-not-real-032"}, "alpha_vantage": {"n": ${round}}, "x_api": 1, "sonar": 1, "alpaca": 1}\n`,
    };
    await commit(world.scene.repository, { message: `Change the config, ${round}`, files });
    return files['config.json'].trim();
  };
  const layOut = (script: string): Promise<string> =>
    on(`rm -rf ${location} ${location}.*; ${script}`);

  test.each<[string, string, string, string]>([
    [
      'a link through a folder that others can write',
      `install -d -o trading /srv/theirs; echo '{}' >/srv/theirs/c.json; ln -s /srv/theirs/c.json ${location}`,
      `${location} leads to /srv/theirs/c.json through /srv/theirs, which others than root can change`,
      'cat /srv/theirs/c.json',
    ],
    [
      'a link whose way leads through such a folder',
      `install -d -m 1777 /srv/open; ln -sfn /etc/hostname /srv/open/hop; ln -s /srv/open/hop ${location}`,
      'through /srv/open, which others than root can change',
      'test "$(cat /etc/hostname)" = "$(hostname)"; echo "{}"',
    ],
    [
      'a link in a circle',
      `ln -s config.json.b ${location}; ln -s config.json ${location}.b`,
      'is a link that leads in a circle',
      'echo "{}"',
    ],
    ['a folder', `mkdir ${location}`, 'is a folder', 'echo "{}"'],
    [
      'a link into a release',
      `ln -s /opt/argo-trading/blue/config.json ${location}`,
      'argo-bot changes no file of a release',
      'echo "{}"',
    ],
    [
      'a mount of its own',
      `echo '{}' >${location}; mount --bind ${location} ${location}`,
      'is a mount of its own',
      `cat ${location}; umount ${location}`,
    ],
  ])('%s is refused before anything moves', async (_what, script, why, untouched) => {
    await layOut(script);
    await changed();
    const { events, asked } = await deploy(world);
    expect(asked).toBe(false);
    expect(stopOf(events)).toMatchObject({
      stage: 'claim',
      code: 'config-location',
      message: expect.stringContaining(why),
    });
    expect(await on(untouched)).toBe('{}');
  });

  test('a hard link and a link to nothing yet are on the card', async () => {
    await layOut(
      `mkdir -p /etc/argo-shared; echo '{}' >${location}; ln ${location} ${location}.twin`,
    );
    await changed();
    const hard = await deploy(world, {}, false);
    expect(hard.thread).toContain(`${location} has 2 names (hard links)`);
    await layOut(`ln -s /etc/argo-shared/config.json ${location}`);
    await changed();
    const dangling = await deploy(world, {}, false);
    expect(dangling.thread).toContain(
      `${location} is a link to /etc/argo-shared/config.json, which does not exist`,
    );
  });

  test('it is written through: the link stays, its target keeps its owner and mode', async () => {
    await layOut(`echo old >/etc/argo-shared/config.json
chown trading: /etc/argo-shared/config.json; chmod 644 /etc/argo-shared/config.json
ln -s /etc/argo-shared/config.json ${location}.hop; ln -s config.json.hop ${location}`);
    const config = await changed();
    const { line, thread } = await deploy(world);
    expect(line).toMatch(/^✅/u);
    expect(await on(`readlink ${location} ${location}.hop`)).toBe(
      'config.json.hop\n/etc/argo-shared/config.json',
    );
    expect(await on('cat /etc/argo-shared/config.json')).toBe(config);
    expect(await on('stat -c "%U %a" /etc/argo-shared/config.json')).toBe('trading 644');
    expect(await on('cat /etc/argo-shared/config.json.argo-previous')).toBe('old');
    expect(thread).toContain('which every user of the host can read (mode 644)');
    expect(thread).toContain('/etc/argo-shared/config.json was replaced, the link stays');
  });

  test('a rollback writes through it too, and ends well where it cannot', async () => {
    const before = await on('cat /etc/argo-shared/config.json');
    await changed();
    expect((await deploy(world)).line).toMatch(/^✅/u);
    expect(await on('cat /etc/argo-shared/config.json')).not.toBe(before);
    expect((await deploy(world, { words: 'rollback users see errors' })).line).toMatch(
      /rolled back/i,
    );
    expect(await on('cat /etc/argo-shared/config.json')).toBe(before);
    expect(await on(`readlink ${location}`)).toBe('config.json.hop');
    await told(world.scene, 'ben', 'unlock');
    await changed();
    expect((await deploy(world)).line).toMatch(/^✅/u);
    await layOut(`mkdir ${location}`);
    const back = await deploy(world, { words: 'rollback users see errors' });
    expect(back.line).toMatch(/rolled back/i);
    expect(back.thread).toContain(`${location} is a folder`);
  });
});
