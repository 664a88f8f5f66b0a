import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approve, ask, ending, inThread, liveSlot, threadOf, told } from '../../sandbox/acts.ts';
import { installByHand } from '../../sandbox/engine/install.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { startTraffic, type Traffic } from '../../sandbox/traffic.ts';
import { readable } from '../../sandbox/transcript.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const root = '/opt/argo-trading';
const upstream = '/etc/nginx/conf.d/argo-trading-upstream.conf';
const unit = 'argo-trading.service';
const pidOf = `systemctl show -p MainPID --value ${unit}`;

interface Layout {
  /** The folder that the one old unit works in: of a slot, or one beside them. */
  slot: 'blue' | 'green' | 'legacy';
  port: number;
  colour?: string;
}

/** Plain folders for blue, green and legacy; one unit, which runs out of one of them; nginx in front of it. */
async function layOut(scene: Scene, { slot, port, colour }: Layout): Promise<void> {
  const host = scene.hosts[0]!;
  for (const name of ['blue', 'green', 'legacy']) await host.exec(`mkdir -p ${root}/${name}`);
  const path = `${root}/${slot}`;
  await installByHand(host, scene.repository, { path, port, unit, release: 'by-hand' });
  await host.exec(`sed -i 's/127.0.0.1:[0-9]*/127.0.0.1:${port}/' ${upstream}
systemctl reload nginx
${colour === undefined ? '' : `echo ${colour} > ${root}/.current_color`}`);
}

const startLaidOut = async (layout: Layout) => {
  const scene = await startScene({ watch: { checks: 2, interval_seconds: 0.2 } });
  await layOut(scene, layout);
  const traffic = await startTraffic(`${scene.hosts[0]!.publicUrl}/api/v1/signals`, {
    perSecond: 100,
    maxSeconds: 240,
  });
  const on = async (script: string): Promise<string> => {
    const answer = await scene.hosts[0]!.exec(script);
    return (answer.stdout + answer.stderr).trim();
  };
  const version = () =>
    on(`curl -s 127.0.0.1/api/v1/health | grep -o '"version":"[^"]*"' | cut -d'"' -f4`);
  const deployed = async (words = 'deploy') => {
    const asked = await ask(scene, 'ada', words);
    await approve(scene, asked);
    return { asked, end: await ending(scene, asked) };
  };
  const rolledBack = async (words = 'rollback users see errors') => {
    const end = await ending(scene, await ask(scene, 'ada', words));
    if (/rolled back/i.test(end)) await told(scene, 'ben', 'unlock');
    return end;
  };
  return { scene, traffic, on, version, deployed, rolledBack };
};

type World = Awaited<ReturnType<typeof startLaidOut>>;

async function nothingLost(traffic: Traffic): Promise<void> {
  const report = await traffic.stop();
  expect(report.failures).toEqual([]);
  expect(report.sent).toBeGreaterThan(100);
}

describeOnHosts('one old unit that runs out of the folder of green, on a port of its own', () => {
  let world: World;
  let pid: string;

  beforeAll(async () => {
    world = await startLaidOut({ slot: 'green', port: 8000, colour: 'green' });
    pid = await world.on(pidOf);
  });
  afterAll(() => world.scene.stop());

  test('gives way to the first release in blue, and is left running and told of', async () => {
    const { scene, on, deployed } = world;
    const { asked, end } = await deployed();
    expect(end).toMatch(/^✅/u);
    expect(await liveSlot(scene)).toBe('blue');
    expect(await on(pidOf)).toBe(pid);
    expect(
      await on(`test -L ${root}/green || cat ${root}/green/VERSION >/dev/null && echo same`),
    ).toBe('same');
    await inThread(scene, asked, /systemctl disable --now argo-trading\.service/);
    expect(threadOf(scene, asked).map(readable).join('\n')).toMatch(/still runs on port 8000/);
  });

  test('gets its users back, and the colour file as it was, as long as it runs', async () => {
    const { scene, on, version, rolledBack } = world;
    expect(await rolledBack()).toMatch(/rolled back/i);
    expect(await version()).toBe('by-hand');
    expect(await on(pidOf)).toBe(pid);
    expect(await liveSlot(scene)).toBe('green');
    expect(await on(`grep -o '127.0.0.1:[0-9]*' ${upstream}`)).toBe('127.0.0.1:8000');
  });

  test('does not lose its folder while it runs, also not once users have left', async () => {
    const { scene, on, deployed } = world;
    expect((await deployed()).end).toMatch(/^✅/u);
    expect(await liveSlot(scene)).toBe('blue');
    const second = await ask(scene, 'ada', 'deploy');
    expect(await ending(scene, second)).toMatch(/still works in/);
    await inThread(scene, second, /systemctl disable --now argo-trading\.service/);
    expect(await on(pidOf)).toBe(pid);
    expect(await on(`test -L ${root}/green || echo folder`)).toBe('folder');
  });

  test('is forgotten once it was stopped as told; its folder is kept and offered to nobody', async () => {
    const { scene, on, version, deployed, rolledBack } = world;
    const first = await version();
    await on(`systemctl disable --now ${unit}`);
    const { asked, end } = await deployed();
    expect(end).toMatch(/^✅/u);
    expect(threadOf(scene, asked).map(readable).join('\n')).not.toMatch(/still runs/);
    expect(await on(`test -f ${root}/releases/adopted-green/main.py && echo kept`)).toBe('kept');
    expect(await rolledBack('rollback adopted-green users see errors')).not.toMatch(/rolled back/i);
    expect(await rolledBack()).toMatch(/rolled back/i);
    expect(await version()).toBe(first);
  });

  test('and no request was lost in any of this', () => nothingLost(world.traffic));
});

describeOnHosts('one old unit that runs out of the folder of blue, on the port of blue', () => {
  let world: World;
  let pid: string;

  beforeAll(async () => {
    world = await startLaidOut({ slot: 'blue', port: 8001 });
    pid = await world.on(pidOf);
  });
  afterAll(() => world.scene.stop());

  test('gives way to a release in green, and has its users again after a rollback', async () => {
    const { scene, on, version, deployed, rolledBack } = world;
    expect((await deployed()).end).toMatch(/^✅/u);
    expect(await liveSlot(scene)).toBe('green');
    expect(await rolledBack()).toMatch(/rolled back/i);
    expect(await version()).toBe('by-hand');
    expect(await on(pidOf)).toBe(pid);
  });

  test('keeps its folder and its port until it was stopped', async () => {
    const { scene, on, deployed } = world;
    expect((await deployed()).end).toMatch(/^✅/u);
    const second = await ask(scene, 'ada', 'deploy');
    expect(await ending(scene, second)).toMatch(/still works in/);
    expect(await on(pidOf)).toBe(pid);
    await on(`systemctl disable --now ${unit}`);
    expect((await deployed()).end).toMatch(/^✅/u);
    expect(await liveSlot(scene)).toBe('blue');
  });

  test('and no request was lost in any of this', () => nothingLost(world.traffic));
});

describeOnHosts(
  'one old unit that has the port of blue and works in a folder beside the slots',
  () => {
    let world: World;
    let pid: string;

    beforeAll(async () => {
      world = await startLaidOut({ slot: 'legacy', port: 8001 });
      await world.on(`rmdir ${root}/blue ${root}/green`);
      pid = await world.on(pidOf);
    });
    afterAll(() => world.scene.stop());

    test('gives way to a release in green, and has its users again after a rollback', async () => {
      const { scene, on, version, deployed, rolledBack } = world;
      const { asked, end } = await deployed();
      expect(end).toMatch(/^✅/u);
      expect(await liveSlot(scene)).toBe('green');
      const thread = threadOf(scene, asked).map(readable).join('\n');
      expect(thread).toMatch(
        /argo-trading\.service, which served users .* still runs on port 8001/,
      );
      expect(thread).not.toMatch(/is not running right now/);
      expect(await rolledBack()).toMatch(/rolled back/i);
      expect(await version()).toBe('by-hand');
      expect(await on(pidOf)).toBe(pid);
    });

    test('keeps its port until it was stopped: blue is refused, and says who has it', async () => {
      const { scene, on, deployed } = world;
      expect((await deployed()).end).toMatch(/^✅/u);
      const second = await ask(scene, 'ada', 'deploy');
      expect(await ending(scene, second)).toMatch(
        /port 8001 of slot blue is taken by .*argo-trading\.service/,
      );
      expect(await on(pidOf)).toBe(pid);
      await on(`systemctl disable --now ${unit}`);
      expect((await deployed()).end).toMatch(/^✅/u);
      expect(await liveSlot(scene)).toBe('blue');
    });

    test('and no request was lost in any of this', () => nothingLost(world.traffic));
  },
);
