import { expect, test } from '@jest/globals';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { onHost, put } from './support/on-host.ts';

const root = '/srv/engine';
const upstream = '/etc/nginx/conf.d/argo-trading-upstream.conf';
const ports = { blue: 8001, green: 8002 } as const;
type Slot = keyof typeof ports;

const unitText = (slot: Slot) => `[Service]
WorkingDirectory=${root}/${slot}
ExecStart=/usr/bin/python3 -m http.server --bind 127.0.0.1 ${ports[slot]}
[Install]
WantedBy=multi-user.target
`;

/** Both slots are laid out by hand, with units that the team keeps elsewhere and has linked. */
const laidOut = `set -e
systemctl disable --now engine-blue engine-green 2>/dev/null || true
rm -rf ${root} /etc/systemd/system/engine-* /opt/units
mkdir -p ${root}/blue ${root}/green ${root}/state
${(['blue', 'green'] as const)
  .map(
    (slot) => `${put(`/opt/units/engine-${slot}.service`, unitText(slot))}
systemctl enable --quiet --now /opt/units/engine-${slot}.service
${put(`${root}/releases/r1/.argo/unit.${slot}`, unitText(slot))}`,
  )
  .join('\n')}
${put(upstream, 'upstream argo_trading { server 127.0.0.1:8001; }\n')}
`;

describeOnHosts('a unit of before argo-bot that is a link', () => {
  const given = {
    root,
    strategy: 'proxy',
    port_blue: 8001,
    port_green: 8002,
    unit_blue: 'engine-blue.service',
    unit_green: 'engine-green.service',
    upstream_file: upstream,
    upstream: 'argo_trading',
  };
  const { run, on, sure } = onHost({ given, each: laidOut });
  const stateOf = (slot: Slot) =>
    on(`readlink /etc/systemd/system/engine-${slot}.service
systemctl is-enabled engine-${slot}; systemctl is-active engine-${slot}`);

  test('outlives the end of the watch, so that a rollback can start it', async () => {
    await sure(`echo green >${root}/.current_color
${put(upstream, 'upstream argo_trading { server 127.0.0.1:8002; }\n')}`);
    const old = { old_unit: 'engine-blue.service', old_color: 'blue', old_slot: 'stopped' };
    await run('finish', { release: 'r1', verdict: 'good', keep: 3, ...old });
    await sure('until ! systemctl is-active -q engine-blue; do sleep 0.05; done');
    const blue = { slot: 'blue', release: 'adopted-blue', unit: 'engine-blue.service' };
    await run('install-unit', blue);
    await run('start-slot', blue);
    expect(await on('systemctl is-active engine-blue')).toBe('active');
  });

  test('comes back with its slot', async () => {
    const before = await stateOf('green');
    expect(before).toBe('/opt/units/engine-green.service\nenabled\nactive');
    await run('install-unit', { slot: 'green', release: 'r1', unit: 'engine-green.service' });
    await run('cleanup', { release: 'r1', live_before: 'blue' });
    expect(await stateOf('green')).toBe(before);
  });
});
