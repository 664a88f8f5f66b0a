import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approvalCard, approve, ask, ending, liveSlot, told } from '../../sandbox/acts.ts';
import { legacyConfig } from '../../sandbox/argo-yml.ts';
import { installByHand } from '../../sandbox/engine/install.ts';
import { keptWarm } from '../../sandbox/argo-yml.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { startTraffic, type Traffic } from '../../sandbox/traffic.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const root = '/opt/argo-trading';
const unit = (slot: string) => `argo-trading-${slot}.service`;
const upstream = '/etc/nginx/conf.d/argo-trading-upstream.conf';

/** Everything about a slot that a person could have noticed: its files, its unit, the process that runs. */
const stateOf = (slot: string) => `cd ${root}
find ${slot} -type f ! -name '*.pyc' -exec sha256sum {} + | sort
stat -c '%N %F %U %a' ${slot}
sha256sum /etc/systemd/system/${unit(slot)}
systemctl is-active ${unit(slot)}
systemctl is-enabled ${unit(slot)}`;
const processOf = (slot: string) => `systemctl show -p MainPID --value ${unit(slot)}`;

describeOnHosts('a service that was laid out by hand, without a colour file', () => {
  let scene: Scene;
  let traffic: Traffic;
  let before: Record<'blue' | 'green', string>;
  let pid: string;

  const on = async (script: string): Promise<string> => {
    const answer = await scene.hosts[0]!.exec(script);
    return answer.stdout + answer.stderr;
  };
  const colour = () => on(`cat ${root}/.current_color 2>/dev/null || echo none`);
  const deployed = async (words = 'deploy'): Promise<string> => {
    const asked = await ask(scene, 'ada', words);
    await approve(scene, asked);
    return ending(scene, asked);
  };
  const cancelled = async (): Promise<string> => {
    const asked = await ask(scene, 'ada', 'deploy');
    await approvalCard(scene, asked);
    await told(scene, 'ada', 'cancel');
    return ending(scene, asked);
  };

  beforeAll(async () => {
    scene = await startScene({ ...keptWarm, watch: { checks: 2, interval_seconds: 0.2 } });
    const host = scene.hosts[0]!;
    for (const [slot, port] of [
      ['blue', 8001],
      ['green', 8002],
    ] as const) {
      const path = `${root}/${slot}`;
      await installByHand(host, scene.repository, { path, port, unit: unit(slot), release: slot });
    }
    await on(`sed -i s/8000/8001/ ${upstream} && systemctl reload nginx`);
    await on(`printf '{"by": "hand"}' > ${legacyConfig}`);
    before = { blue: await on(stateOf('blue')), green: await on(stateOf('green')) };
    pid = await on(processOf('blue'));
    traffic = await startTraffic(`${host.publicUrl}/api/v1/signals`, {
      perSecond: 100,
      maxSeconds: 240,
    });
  });

  afterAll(() => scene.stop());

  test('a deployment into the slot that users are in is refused', async () => {
    const asked = await ask(scene, 'ada', 'deploy blue');
    expect(await ending(scene, asked)).toMatch(/blue is live/);
    expect(await on(stateOf('blue'))).toBe(before.blue);
  });

  test('cancelled before the approval, both slots are exactly as they were', async () => {
    expect(await cancelled()).toMatch(/cancelled/);
    expect(await on(stateOf('blue'))).toBe(before.blue);
    expect(await on(stateOf('green'))).toBe(before.green);
    expect(await on(processOf('blue'))).toBe(pid);
    expect(await colour()).toBe('none\n');
    expect(await on(`ls ${root}/releases`)).toBe('');
  });

  test('approved, users are on green, and a rollback brings them to what was laid out', async () => {
    expect(await deployed()).toMatch(/^✅/u);
    expect(await liveSlot(scene)).toBe('green');
    expect(await on(processOf('blue'))).toBe(pid);
    expect(await on(`test -f ${root}/releases/adopted-green/main.py && echo kept`)).toBe('kept\n');
    const back = await ask(scene, 'ada', 'rollback users see errors');
    expect(await ending(scene, back)).toMatch(/rolled back/i);
    expect(await liveSlot(scene)).toBe('blue');
    expect(await on(stateOf('blue'))).toBe(before.blue);
    expect(await on(processOf('blue'))).toBe(pid);
    expect(await on(`cat ${legacyConfig}`)).toBe('{"by": "hand"}');
    expect(await on(`cat ${legacyConfig}.argo-previous`)).toContain('massive');
    expect(await told(scene, 'ben', 'unlock')).toMatch(/unlocked by/i);
  });

  test('when its folder makes way for a release, its unit is kept, and both come back together', async () => {
    expect(await deployed()).toMatch(/^✅/u);
    // Into blue, where the hand-laid folder still stands, called off once.
    expect(await cancelled()).toMatch(/cancelled/);
    expect(await on(stateOf('blue'))).toBe(before.blue);
    expect(await deployed()).toMatch(/^✅/u);
    expect(await liveSlot(scene)).toBe('blue');
    expect(await deployed()).toMatch(/^✅/u);
    expect(await liveSlot(scene)).toBe('green');
    const back = await ask(scene, 'ada', 'rollback adopted-blue users see errors');
    expect(await ending(scene, back)).toMatch(/rolled back/i);
    expect(await on(`readlink ${root}/blue`)).toBe('releases/adopted-blue\n');
    expect(await on(`grep -c venv/bin/python3 /etc/systemd/system/${unit('blue')}`)).toBe('1\n');
    expect(await told(scene, 'ben', 'unlock')).toMatch(/unlocked by/i);
  });

  test('what nginx sends users to is left alone, whatever the colour file says', async () => {
    await on(`echo green > ${root}/.current_color`);
    const process = await on(processOf('blue'));
    const asked = await ask(scene, 'ada', 'deploy');
    expect(await ending(scene, asked)).toMatch(/nginx sends users to blue/);
    expect(await on(processOf('blue'))).toBe(process);
    const back = await ask(scene, 'ada', 'rollback users see errors');
    expect(await ending(scene, back)).toMatch(/rolled back/i);
    expect(await liveSlot(scene)).toBe('blue');
    expect(await on(processOf('blue'))).toBe(process);
  });

  test('and no request was lost in any of this', async () => {
    const report = await traffic.stop();
    expect(report.failures).toEqual([]);
    expect(report.sent).toBeGreaterThan(100);
  });
});
