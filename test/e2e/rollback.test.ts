import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { approve, ask, ending, inThread, liveSlot, told } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { setUpHosts } from '../../sandbox/set-up-hosts.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { startTraffic, type Traffic } from '../../sandbox/traffic.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const root = '/opt/argo-trading';
const legacy = '/opt/argo-legacy/config.json';
const key = (release: string) => `release-${release}-`.padEnd(32, 'x');

const Declared = z.looseObject({
  services: z.object({
    'argo-trading': z.looseObject({
      unit: z.looseObject({ memory_max: z.string() }),
      python: z.looseObject({}),
      environments: z.object({ production: z.looseObject({}) }),
    }),
  }),
});

/** Wheels of three versions of one module, as a folder of wheels on the host has them. */
const wheels = `mkdir -p /opt/wheels && cd /opt/wheels && python3 - <<'END'
import zipfile
for version in "123":
    with zipfile.ZipFile(f"tinyver-{version}-py3-none-any.whl", "w") as wheel:
        info = f"tinyver-{version}.dist-info"
        wheel.writestr("tinyver.py", f"VERSION = {version}\\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: tinyver\\nVersion: {version}\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
END`;

/** Everything of a release that a rollback must bring back, seen on the process that users are on. */
const running = (
  slot: string,
) => `pid=$(systemctl show -p MainPID --value argo-trading-${slot}.service)
echo "release $(tr '\\0' '\\n' </proc/$pid/environ | sed -n 's/^ARGO_RELEASE=//p')"
echo "answers $(curl -s 127.0.0.1/api/v1/health | grep -o '"version":"[^"]*"' | cut -d'"' -f4)"
echo "probe $(tr '\\0' '\\n' </proc/$pid/environ | sed -n 's/^PROBE=//p')"
echo "memory $(systemctl show -p MemoryMax --value argo-trading-${slot}.service)"
echo "config $(grep -o 'release-[0-9]-' $(readlink /proc/$pid/cwd)/config.json)"
echo "legacy $(grep -o 'release-[0-9]-' ${legacy})"
echo "venv $(readlink -f ${root}/${slot}/.argo/venv)"
echo "program $(tr '\\0' ' ' </proc/$pid/cmdline | cut -d' ' -f1)"
echo "tinyver $(${root}/${slot}/.argo/venv/bin/python -c 'import tinyver; print(tinyver.VERSION)')"`;

describeOnHosts('a rollback to a kept release', () => {
  let scene: Scene;
  let traffic: Traffic;
  const released: Record<string, string>[] = [];

  const on = async (script: string): Promise<string> => {
    const answer = await scene.hosts[0]!.exec(script);
    return (answer.stdout + answer.stderr).trim();
  };
  const live = async (): Promise<Record<string, string>> => {
    const lines = (await on(running(await liveSlot(scene)))).split('\n');
    return Object.fromEntries(lines.map((line) => line.split(' ')));
  };

  /** Another unit in argo.yml, which a worker reads when it starts. */
  const declare = async (
    change: (production: z.infer<typeof Declared>['services']['argo-trading']) => void,
  ) => {
    const file = scene.environment['ARGO_CONFIG'] ?? '';
    const settings = Declared.parse(parse(await readFile(file, 'utf8')));
    change(settings.services['argo-trading']);
    await writeFile(file, stringify(settings));
    await setUpHosts(file, scene.hosts);
    for (const worker of scene.workers) worker.kill('SIGTERM');
    await Promise.all(scene.workers.map((worker) => worker.ended()));
    scene.workers.splice(0, scene.workers.length, scene.startWorker());
  };

  /** One release that differs from the others in everything that a release has. */
  const deploy = async (number: '1' | '2' | '3') => {
    await declare((service) => {
      service.unit.memory_max = `${512 + Number(number) * 64}M`;
      service.unit['environment'] = { PROBE: `unit-${number}` };
      service.python = {
        ...service.python,
        requirements: 'requirements.txt',
        wheels: '/opt/wheels',
      };
    });
    const config = JSON.parse(await readFile(`${scene.repository.dir}/config.json`, 'utf8'));
    await commit(scene.repository, {
      message: `Make release ${number}`,
      files: {
        'config.json': JSON.stringify({ ...config, massive: { api_key: key(number) } }),
        'requirements.txt': `tinyver==${number}\n`,
      },
    });
    const asked = await ask(scene, 'ada', 'deploy');
    await approve(scene, asked);
    expect(await ending(scene, asked)).toMatch(/^✅/u);
    const now = await live();
    released.push(now);
    return now;
  };
  const rolledBack = async (words: string): Promise<void> => {
    expect(await ending(scene, await ask(scene, 'ada', words))).toMatch(/rolled back/i);
    expect(await told(scene, 'ben', 'unlock')).toMatch(/unlocked by/i);
  };
  const kept = () =>
    on(`cd ${root}/releases && for r in *; do echo "$r $(cat $r/.argo/verdict 2>/dev/null)"; done`);

  beforeAll(async () => {
    scene = await startScene({ watch: { checks: 2, interval_seconds: 0.2 } });
    await on(wheels);
  });
  afterAll(() => scene.stop());

  test('three releases, each with its own config, unit and environment', async () => {
    for (const number of ['1', '2', '3'] as const) {
      expect(await deploy(number)).toMatchObject({
        probe: `unit-${number}`,
        memory: String((512 + Number(number) * 64) * 1024 * 1024),
        config: `release-${number}-`,
        legacy: `release-${number}-`,
        tinyver: number,
      });
    }
    expect(new Set(released.map(({ venv }) => venv)).size).toBe(3);
    expect(released.every(({ release, answers }) => release === answers)).toBe(true);
    traffic = await startTraffic(`${scene.hosts[0]!.publicUrl}/api/v1/signals`, {
      perSecond: 50,
      maxSeconds: 200,
    });
  });

  test('brings back the oldest with everything it had, though no slot holds it any more', async () => {
    const [oldest] = released;
    await rolledBack(`rollback ${oldest!['release']} users see errors`);
    // The path of the program names the slot, which is the other one now.
    const { program, ...rest } = await live();
    const { program: before, ...all } = oldest!;
    expect(rest).toEqual(all);
    expect([program, before]).toEqual([
      expect.stringMatching(/\.argo\/venv\/bin\/python$/),
      expect.stringMatching(/\.argo\/venv\/bin\/python$/),
    ]);
  });

  test('offers no bad release and no unknown one, and tells of the good ones', async () => {
    const [, second, third] = released;
    for (const [name, why] of [
      [third!['release'], /it was rolled back/],
      ['20200101-000000-abcdef0', /no host has a release of the name 20200101/],
    ] as const) {
      const asked = await ask(scene, 'ada', `rollback ${name} users see errors`);
      expect(await ending(scene, asked)).toMatch(/^❌/u);
      await inThread(scene, asked, why);
      const offers = await inThread(scene, asked, /Available releases/);
      expect(JSON.stringify(offers)).toContain(second!['release']);
      expect(JSON.stringify(offers)).toMatch(/Make release 2.*<@U0ADA>/);
      expect(JSON.stringify(offers)).not.toMatch(/Make release 3/);
    }
    expect((await live())['release']).toBe(released[0]!['release']);
    // Other scripts of the team read this file, as any user.
    expect(await on(`runuser -u nobody -- cat ${root}/.current_color`)).toMatch(/^(?:blue|green)$/);
  });

  test('finds what it needs also after older releases were removed', async () => {
    await declare((service) => {
      service.environments.production = { ...service.environments.production, keep_releases: 2 };
    });
    await commit(scene.repository, { message: 'Make another', files: { 'note.txt': 'x' } });
    const asked = await ask(scene, 'ada', 'deploy');
    await approve(scene, asked);
    expect(await ending(scene, asked)).toMatch(/^✅/u);
    const newest = (await live())['release'];
    // The first is live before it, and the rollback target; the second is older than that count, the third bad.
    expect(await kept()).toBe(`${released[0]!['release']} good\n${newest} good`);
    expect(await on(`ls ${root}/venvs | wc -l`)).toBe('2');
    expect(await on(`find ${root}/pycache${root}/releases -mindepth 1 -maxdepth 1 | wc -l`)).toBe(
      '2',
    );
    await rolledBack('rollback users see errors');
    const { program: _program, ...rest } = await live();
    const { program: _before, ...all } = released[0]!;
    expect(rest).toEqual(all);
  });

  test('and no request was lost in any of it', async () => {
    const report = await traffic.stop();
    expect(report.failures).toEqual([]);
    expect(report.sent).toBeGreaterThan(100);
  });
});
