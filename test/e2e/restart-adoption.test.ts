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
import { installByHand } from '../../sandbox/engine/install.ts';
import { badCommits, commit } from '../../sandbox/engine/repository.ts';
import { startScene } from '../../sandbox/scene.ts';
import { bootTimeoutMs, describeOnHosts } from '../sandbox/host/on-hosts.ts';

const root = '/opt/argo-trading';
const unit = 'argo-trading.service';

async function startLaidOut(path: string, folders: string[], colour?: string) {
  const scene = await startScene({
    strategy: 'restart',
    watch: { checks: 2, interval_seconds: 0.2 },
  });
  const host = scene.hosts[0]!;
  const on = async (script: string): Promise<string> => {
    const answer = await host.exec(script);
    return (answer.stdout + answer.stderr).trim();
  };
  for (const name of folders) await on(`mkdir -p ${root}/${name}`);
  await installByHand(host, scene.repository, { path, port: 8000, unit, release: 'by-hand' });
  if (colour) await on(`mkdir -p ${root}; echo ${colour} > ${root}/.current_color`);
  const version = () =>
    on(`curl -s 127.0.0.1:8000/api/v1/health | grep -o '"version":"[^"]*"' | cut -d'"' -f4`);
  /** What a person could notice of the old service, but for its process. */
  const old = () =>
    on(`cd ${path} && find . -path ./.argo -prune -o -path '*__pycache__*' -prune -o -type f -exec sha256sum {} + | sort
sha256sum </etc/systemd/system/${unit}; systemctl is-active ${unit}; systemctl is-enabled ${unit}`);
  const deployed = async (): Promise<string> => {
    const asked = await ask(scene, 'ada', 'deploy');
    await approve(scene, asked);
    return ending(scene, asked);
  };
  const pid = () => on(`systemctl show -p MainPID --value ${unit}`);
  return { scene, on, version, old, deployed, pid };
}

type World = Awaited<ReturnType<typeof startLaidOut>>;

interface Layout {
  where: string;
  path: string;
  folders: string[];
  colour?: string;
}

function takeover({ where, path, folders, colour }: Layout): void {
  describeOnHosts(`an old unit that works in ${where}, without a proxy`, () => {
    let world: World;
    let before: string;

    beforeAll(async () => {
      world = await startLaidOut(path, folders, colour);
      before = await world.old();
    });
    afterAll(() => world.scene.stop());

    test('is not touched by a deployment that is cancelled', async () => {
      const { scene, old, pid } = world;
      const process = await pid();
      const asked = await ask(scene, 'ada', 'deploy');
      await approvalCard(scene, asked);
      await told(scene, 'ada', 'cancel');
      expect(await ending(scene, asked)).toMatch(/cancelled/);
      expect(await old()).toBe(before);
      expect(await pid()).toBe(process);
    });

    test('is back by itself when the first release does not come up', async () => {
      const { scene, version, old, deployed } = world;
      await commit(scene.repository, badCommits.exitsAtOnce);
      expect(await deployed()).toMatch(/^↩/u);
      expect(await version()).toBe('by-hand');
      expect(await old()).toBe(before);
      expect(await liveSlot(scene)).toBe('green');
      expect(await told(scene, 'ben', 'unlock')).toMatch(/unlocked by/i);
      await commit(scene.repository, { message: 'Mend it', files: { 'behaviour.json': null } });
    });

    test('gives way to the first good release with one restart, and comes back by hand', async () => {
      const { scene, version, old, deployed, on } = world;
      expect(await deployed()).toMatch(/^✅/u);
      expect(await version()).not.toBe('by-hand');
      expect(await liveSlot(scene)).toBe('blue');
      expect(await on(`test -e ${path}/main.py && echo there`)).toBe('there');
      const back = await ask(scene, 'ada', 'rollback users see errors');
      expect(await ending(scene, back)).toMatch(/rolled back/i);
      await inThread(scene, back, /adopted-green/);
      expect(await version()).toBe('by-hand');
      expect(await old()).toBe(before);
      expect(await told(scene, 'ben', 'unlock')).toMatch(/unlocked by/i);
    });

    test(
      'can still come back when its slot was given to another release',
      async () => {
        const { scene, version, deployed } = world;
        expect(await deployed()).toMatch(/^✅/u);
        expect(await deployed()).toMatch(/^✅/u);
        expect(await liveSlot(scene)).toBe('green');
        expect(await deployed()).toMatch(/^✅/u);
        const back = await ask(scene, 'ada', 'rollback adopted-green users see errors');
        expect(await ending(scene, back)).toMatch(/rolled back/i);
        expect(await version()).toBe('by-hand');
        expect(await told(scene, 'ben', 'unlock')).toMatch(/unlocked by/i);
      },
      bootTimeoutMs * 2,
    );
  });
}

takeover({
  where: 'the folder of green, beside blue and legacy',
  path: `${root}/green`,
  folders: ['blue', 'green', 'legacy'],
  colour: 'green',
});
takeover({ where: 'another place', path: '/root/argo-production-green', folders: [] });
