import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { deploy } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { told } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const unit = 'argo-trading.service';

describeOnHosts('a service that clears its environment and leaves its folder', () => {
  let world: World;

  const behaves = (behaviour: Record<string, string | number>) =>
    commit(world.scene.repository, {
      message: 'Compute signals another way',
      files: { 'behaviour.json': JSON.stringify(behaviour) },
    });
  /** systemd's own starts and stops of it, so far. */
  const starts = async () =>
    Number(await world.onHost(`journalctl -u ${unit} -o cat | grep -c '^Started ' || true`));
  const invocation = () => world.onHost(`systemctl show -p InvocationID --value ${unit}`);
  const answers = () => world.onHost('curl -sf http://127.0.0.1:8000/api/v1/health >/dev/null');
  const returns = async () => {
    await behaves({ startDelayMs: 600_000 });
    const before = await starts();
    const { line, events } = await deploy(world);
    expect(line).toMatch(/^↩/u);
    await answers();
    expect(events.filter((one) => one.type === 'done').map(({ stage }) => stage)).toContain(
      'restart-back',
    );
    return (await starts()) - before;
  };

  beforeAll(async () => {
    world = await openWorld({
      strategy: 'restart',
      watch: { checks: 2, interval_seconds: 0.2 },
      service: {
        unit: {
          user: 'trading',
          stop_timeout_seconds: 2,
          exec_start:
            '/usr/bin/env -i -C / {venv}/bin/python -m uvicorn --app-dir {slot} main:app --host 127.0.0.1 --port {port}',
        },
        health: { path: '/api/v1/health', status: 'status', timeout_seconds: 5 },
        smoke: [],
      },
    });
    await behaves({});
    const { line } = await deploy(world);
    expect(line).toMatch(/^✅/u);
    // Nothing that the process says of itself tells which release it is.
    const pid = (await world.onHost(`systemctl show -p MainPID --value ${unit}`)).trim();
    expect(
      await world.onHost(`tr '\\0' '\\n' </proc/${pid}/environ; readlink /proc/${pid}/cwd`),
    ).toBe('/\n');
  });
  afterEach(() => told(world.scene, 'ben', 'unlock'));
  afterAll(() => world.stop());

  test('is stopped once for a bad release and once for the way back, never a third time', async () => {
    expect(await returns()).toBe(2);
  });

  test('is known also when systemd has restarted it, and without a note of its start', async () => {
    const before = await invocation();
    await world.onHost(`systemctl kill -s KILL ${unit}
rm -f /opt/argo-trading/state/started-*
until curl -sfo /dev/null http://127.0.0.1:8000/api/v1/health; do sleep 0.1; done`);
    expect(await invocation()).not.toBe(before);
    expect(await returns()).toBe(2);
  });

  test('is moved on by a release that is well', async () => {
    await behaves({});
    const before = await starts();
    const { line } = await deploy(world);
    expect(line).toMatch(/^✅/u);
    expect((await starts()) - before).toBe(1);
  });
});
