import { describe, expect, test } from '@jest/globals';
import { UnitSchema } from '../../../src/deploy/settings/unit.ts';
import { renderUnit } from '../../../src/deploy/unit/unit-file.ts';
import { targetWith } from '../../support/target.ts';

describe('the built-in unit', () => {
  test('names its slot and everything that keeps it in bounds', () => {
    const target = targetWith({
      service: {
        unit: {
          user: 'engine',
          exec_start: '{venv}/bin/uvicorn main:app --port {port} --root {root} --dir {slot}',
          environment: {
            MODE: 'live',
            RATE: '50%',
            QUOTED: String.raw`say "hi" \o/`,
            DIR: '{slot}/data',
          },
          memory_max: '1G',
        },
      },
    });
    expect(renderUnit(target, 'green')).toMatchInlineSnapshot(`
     "# Written by argo-bot; edits are lost at the next deployment.
     [Unit]
     Description=engine (green)
     After=network.target

     [Service]
     User=engine
     WorkingDirectory=/opt/engine/green
     EnvironmentFile=/opt/engine/green/.argo/environment
     Environment="MODE=live"
     Environment="RATE=50%%"
     Environment="QUOTED=say \\"hi\\" \\\\o/"
     Environment="DIR=/opt/engine/green/data"
     Environment="ARGO_SLOT=green"
     ExecStart=/opt/engine/green/.argo/venv/bin/uvicorn main:app --port 8002 --root /opt/engine --dir /opt/engine/green
     Type=simple
     Restart=always
     RestartSec=1
     NoNewPrivileges=true
     PrivateTmp=true
     PrivateDevices=true
     ProtectSystem=full
     ProtectHome=true
     ProtectKernelTunables=true
     ProtectKernelModules=true
     ProtectKernelLogs=true
     ProtectControlGroups=true
     ProtectClock=true
     ProtectHostname=true
     RestrictSUIDSGID=true
     RestrictRealtime=true
     RestrictNamespaces=true
     RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
     LockPersonality=true
     SystemCallArchitectures=native
     CapabilityBoundingSet=
     LimitNOFILE=65536
     MemoryMax=1G
     KillMode=mixed
     KillSignal=SIGTERM
     TimeoutStopSec=30

     [Install]
     WantedBy=multi-user.target
     "
    `);
  });

  test('cannot be given a second directive by a value', () => {
    const unit = { user: 'engine', exec_start: 'x' };
    const plain = renderUnit(targetWith({ service: { unit } }), 'blue');
    const tricky = { ...unit, environment: { A: '" ExecStartPre=/bin/evil "' } };
    const text = renderUnit(targetWith({ service: { unit: tricky } }), 'blue');
    expect(text.split('\n')).toHaveLength(plain.split('\n').length + 1);
    expect(text).toContain(String.raw`Environment="A=\" ExecStartPre=/bin/evil \""`);
    expect(text.match(/^ExecStart/gm)).toHaveLength(1);
  });

  test('runs as the service, who has no more rights than to listen where argo.yml says', () => {
    const own = { exec_start: 'x' };
    const low = { slots: { blue: { port: 80 }, green: { port: 8002 } } };
    const target = targetWith({ service: { unit: own }, environment: low });
    expect(renderUnit(target, 'green')).toMatch(/^User=engine$/m);
    expect(renderUnit(target, 'green')).toMatch(/^CapabilityBoundingSet=$/m);
    expect(renderUnit(target, 'green')).not.toMatch(/^AmbientCapabilities/m);
    expect(renderUnit(target, 'blue')).toMatch(/^CapabilityBoundingSet=CAP_NET_BIND_SERVICE$/m);
    expect(renderUnit(target, 'blue')).toMatch(/^AmbientCapabilities=CAP_NET_BIND_SERVICE$/m);
    const root = targetWith({ service: { unit: { ...own, user: 'root' } }, environment: low });
    expect(renderUnit(root, 'blue')).toMatch(/^User=root$/m);
    expect(renderUnit(root, 'blue')).not.toMatch(/Capabilit/);
  });

  test('has the lines of its options in the place of ours', () => {
    const options = {
      PrivateDevices: false,
      ReadWritePaths: '{root}/shared',
      ExecStartPre: ['/bin/true', '/bin/echo {slot_name}'],
      RestrictNamespaces: '',
    };
    const text = renderUnit(
      targetWith({ service: { unit: { exec_start: 'x', options } } }),
      'green',
    );
    const lines = text
      .split('\n')
      .filter((line) => /^(Priv|Read|ExecStartPre|RestrictN)/.test(line));
    expect(lines).toEqual([
      'PrivateTmp=true',
      'PrivateDevices=false',
      'ReadWritePaths=/opt/engine/shared',
      'ExecStartPre=/bin/true',
      'ExecStartPre=/bin/echo green',
      'RestrictNamespaces=',
    ]);
  });
});

const unitOf = (unit: object) => UnitSchema.safeParse(unit);

describe('the settings of a unit', () => {
  test.each([
    [{ exec_start: 'x', template: 'a.service' }, 'the template is the whole unit'],
    [{ template: 'a.service', options: { Nice: 5 } }, 'the template is the whole unit'],
    [{ template: 'a.service', environment: { A: 'b' } }, 'the template is the whole unit'],
    [{}, 'name a template'],
    [{ template: '../a.service' }, 'use a path relative to the release'],
    [{ exec_start: 'x', options: { ExecStart: '/bin/evil' } }, 'use unit.exec_start'],
    [{ exec_start: 'x', options: { User: 'root' } }, 'use unit.user'],
    [{ exec_start: 'x', options: { 'Nice=5\nUser': 'root' } }, 'use the name of a setting'],
    [{ exec_start: 'x', options: { Nice: '5\nUser=root' } }, 'use one line of text'],
    [{ exec_start: 'x', options: { Nice: '5\\' } }, 'would join the next line'],
  ])('%j is refused', (unit, message) => {
    expect(JSON.stringify(unitOf(unit).error?.issues)).toContain(message);
  });

  test('take numbers, flags and lists', () => {
    const options = {
      Nice: 5,
      PrivateDevices: false,
      ExecStartPre: ['/bin/a', '/bin/b'],
      Empty: '',
    };
    expect(unitOf({ exec_start: 'x', options }).data?.options).toEqual({
      Nice: '5',
      PrivateDevices: 'false',
      ExecStartPre: ['/bin/a', '/bin/b'],
      Empty: '',
    });
  });
});
