// The attacker commits a unit template (or holds a stolen deploy key and sends a unit) that has systemd run a command as
// root before anybody approves it. Nothing of it may run as root, and the host itself must refuse it.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scriptNamed } from '../../src/host/run/script-text.ts';
import { renderUnit, templateProblems } from '../../src/deploy/unit/unit-file.ts';
import { unitRefusals } from '../../src/deploy/unit/unit-refusals.ts';
import { onHost, put } from '../host/support/on-host.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { targetWith } from '../support/target.ts';
import { trustedFolder } from '../support/trusted-folder.ts';

const good = `[Service]
User={user}
WorkingDirectory={slot}
EnvironmentFile={environment_file}
ExecStart=/bin/sleep infinity
`;
/** Leaves a mark where only root can write. */
const root = `/bin/sh -c 'id -u >/root/mark'`;
const after = (lines: string): string => good.replace('ExecStart=', `${lines}\nExecStart=`);

/** Each would run as root, or with more than the user of the service has. */
const hostile: Record<string, string> = {
  'the prefix +': after(`ExecStartPre=+${root}`),
  'the prefix !': after(`ExecStartPre=!${root}`),
  'the prefix !!': after(`ExecStartPre=!!${root}`),
  'the prefix |': after(`ExecStartPre=|${root}`),
  'a prefix behind harmless ones': after(`ExecStartPre=-:+${root}`),
  'a prefix in quotes': after(`ExecStartPre="+/bin/sh" -c 'id -u >/root/mark'`),
  'a prefix as an escape': after(`ExecStartPre=\\x2b/bin/sh -c 'id -u >/root/mark'`),
  'a prefix of a second command': after(
    `Type=oneshot\nRemainAfterExit=yes\nExecStartPre=/bin/true ; +${root}`,
  ),
  'a prefix of a third command': after(`ExecStartPre=/bin/true ; ; +${root}`),
  'a prefix on a line of its own': after(`ExecStartPre=\\\n+${root}`),
  'a comment that hides the next line from some': after(`# note \\\nExecStartPre=+${root}`),
  'a comment within a line that goes on': after(
    `ExecStartPre=/bin/true \\\n# note\nExecStartPre=+${root}`,
  ),
  'another section between': after(`[Unit]\nDescription=x\n[Service]\nExecStartPre=+${root}`),
  'blanks around the setting': after(` \t ExecStartPre \t= \t +${root}`),
  'an end of line that only systemd knows': after(`# note\rExecStartPre=+${root}`),
  'a byte that ends the line': after(`# note\0ExecStartPre=+${root}`),
  PermissionsStartOnly: after(`PermissionsStartOnly=true\nExecStartPre=${root}`),
  'another user later': `${good}User=root\nExecStartPost=${root}\n`,
  'no user after all': `${good}User=\nExecStartPost=${root}\n`,
  capabilities: after(`AmbientCapabilities=CAP_DAC_OVERRIDE\nExecStartPre=${root}`),
  'extra groups': after('SupplementaryGroups=root'),
  'a credential': after('LoadCredential=shadow:/etc/shadow'),
  'a file that root reads': after('EnvironmentFile=/etc/shadow'),
  'a file that root writes': after('StandardOutput=append:/root/mark'),
  'a folder of others that becomes its own': after('StateDirectory=private'),
  'a folder in its own that may be a link': after('StateDirectory=engine/link'),
  'a folder behind a link of its own': after('RuntimeDirectory=engine engine/link/cron.d'),
  'a file that root removes': after('PIDFile=/root/precious'),
  'a file that root removes behind a link': after('PIDFile=/run/engine/link/shadow'),
  'a file of another service that root removes': after('PIDFile=/run/sshd.pid'),
  'a unit of the host': `[Unit]\nWants=debug-shell.service\n${good}`,
  'a unit when it fails': `[Unit]\nOnFailure=debug-shell.service\n${good}`,
  'a name of another unit': `${good}[Install]\nAlias=ssh.service\n`,
  'a mount over a file': after('BindReadOnlyPaths=/dev/null:/etc/nologin'),
  'less hardening': after('NoNewPrivileges=no'),
  'an included file': `.include /etc/systemd/system/other\n${good}`,
};
const harmless: Record<string, string> = {
  'what services use': after(`ExecStartPre=-/bin/sh -c 'test -d {root} ; echo "a + b" | cat'
Environment="A=1" \\
  B=2
Type=exec
Restart=always
MemoryMax=1G
ProtectSystem=strict
ReadWritePaths={root}/data -/var/lib/engine
StateDirectory=engine engine-blue
RuntimeDirectory=engine
PIDFile=/run/engine/main.pid
StandardOutput=journal
CapabilityBoundingSet=
LogNamespace=engine`).replace(
    '[Service]',
    '[Unit]\nAfter=network.target\nWants=network-online.target\n[Service]',
  ),
};

const target = targetWith({ service: { unit: { template: 'engine.service' } } });

/** As the host judges it, by the part that install-unit, vet-unit and restart begin with. */
function judgedByHost(unit: string): string {
  const folder = trustedFolder();
  try {
    writeFileSync(join(folder, 'unit.blue'), unit);
    mkdirSync(join(folder, 'state'));
    const { text } = scriptNamed('vet-unit');
    const head = text.slice(0, text.indexOf('# Checks the unit that a restart would install'));
    const given = {
      root: target.place.root,
      user: 'engine',
      unit_allow: '',
      port_blue: 8001,
      port_green: 8002,
      unit_blue: 'engine-blue.service',
      log_files: '',
      file: join(folder, 'unit.blue'),
    };
    const input = Object.entries(given).map(([key, value]) => `${key}=${value}\n`);
    const { stdout, stderr } = spawnSync('/bin/sh', ['-c', `${head}\nrefusals "$p_file"`, 'vet'], {
      input: `${input.join('')}\n`,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(Object.entries(hostile))(
  '%s is refused by the bot, with its line, and by the host',
  (_, text) => {
    expect(templateProblems(target, text).join('\n')).toMatch(/^line \d+: /m);
    expect(judgedByHost(renderUnit(target, 'blue', text))).not.toBe('');
  },
);

test.each(Object.entries(harmless))('%s passes both', (_, text) => {
  expect(templateProblems(target, text)).toEqual([]);
  expect(judgedByHost(renderUnit(target, 'blue', text))).toBe('');
});

test('the refusal names the setting, why, and what the owner can permit', () => {
  expect(templateProblems(target, hostile['extra groups'] ?? '')).toEqual([
    'line 5: SupplementaryGroups changes whose rights it has. Remove it, or ask the owner of argo.yml for unit.allow: [SupplementaryGroups]',
  ]);
  const allowing = targetWith({
    service: { unit: { template: 'engine.service', allow: ['SupplementaryGroups'] } },
  });
  expect(templateProblems(allowing, hostile['extra groups'] ?? '')).toEqual([]);
});

test('what argo-bot writes itself passes, so a host refuses none of it', () => {
  const own = targetWith();
  const limits = { root: own.place.root, service: 'engine', user: 'engine', binds: false };
  expect(unitRefusals(renderUnit(own, 'blue'), { ...limits, logFiles: [], allow: [] })).toEqual([]);
  expect(judgedByHost(renderUnit(own, 'blue'))).toBe('');
});

describeOnHosts('a hostile unit on a real host', () => {
  const { place } = target;
  const file = '/etc/systemd/system/engine-green.service';
  const { run, on } = onHost({
    given: {
      root: place.root,
      strategy: 'proxy',
      slot: 'green',
      unit: 'engine-green.service',
      unit_blue: 'engine-blue.service',
      unit_green: 'engine-green.service',
      port_blue: 8001,
      port_green: 8002,
      upstream_file: '/etc/nginx/none.conf',
      user: 'engine',
    },
    once: 'useradd --system engine',
    each: `systemctl stop engine-green 2>/dev/null; rm -rf ${place.root} ${file} ${file}.d /root/mark; mkdir -p ${place.root}/releases`,
  });
  const laidOut = (release: string, unit: string) =>
    `${put(`${place.root}/releases/${release}/.argo/environment`, `ARGO_RELEASE=${release}\n`)}
printf %s ${Buffer.from(unit).toString('base64')} | base64 -d >${place.root}/releases/${release}/.argo/unit.green\n`;
  const sent = (unit: string) => on(laidOut('r1', unit));

  test('none of them is installed, and none runs anything as root', async () => {
    const traces = `ls ${file} /root/mark 2>/dev/null; systemctl show -p SupplementaryGroups --value engine-green`;
    const units = Object.entries(hostile).map(([name, text], index) => ({
      name,
      release: `r${index}`,
      unit: renderUnit(target, 'green', text),
    }));
    await on(units.map(({ release, unit }) => laidOut(release, unit)).join(''));
    for (const { name, release } of units) {
      const installed = await run('install-unit', { release });
      if (installed.values('forbidden').length > 0) continue;
      await run('start-slot', { release }).catch(() => undefined);
      expect([name, await on(traces)]).toEqual([name, 'forbidden']);
    }
    await run('start-slot', { release: 'r0' }).catch(() => undefined);
    expect(await on(traces)).toBe('');
  });

  test('nor does a restart of the one unit of a service', async () => {
    const one = '/etc/systemd/system/engine-blue.service';
    for (const name of ['the prefix +', 'another user later', 'extra groups']) {
      await sent(renderUnit(target, 'green', hostile[name] ?? ''));
      const given = { strategy: 'restart', release: 'r1', to: 'green', stop_seconds: 5 };
      await expect(run('restart', { ...given, back: '', bad: '', why: '' })).rejects.toThrow(
        /gives more than a commit may have|is not a setting that a commit may write/,
      );
      expect(await on(`ls ${one} /root/mark 2>/dev/null || true`)).toBe('');
    }
  });

  test('user, rights and hardening hold by a file of root, whatever the unit would say', async () => {
    await sent(renderUnit(target, 'green', good));
    await run('install-unit', { release: 'r1' });
    await on(
      `sed -i 's/^User=.*/User=root/; s/^ExecStart=/NoNewPrivileges=no\\nAmbientCapabilities=CAP_SYS_ADMIN\\nSupplementaryGroups=root\\nPermissionsStartOnly=yes\\nExecStartPre=-\\/bin\\/sh -c "id -u >\\/root\\/mark"\\nExecStart=/' ${file}; systemctl daemon-reload`,
    );
    await run('start-slot', { release: 'r1' });
    expect(await on('ls /root/mark 2>/dev/null || true')).toBe('');
    expect(
      await on(
        `pid=$(systemctl show -p MainPID --value engine-green); ps -o user= -p $pid; sed -n 's/^CapEff:\\s*//p; s/^CapBnd:\\s*//p; s/^NoNewPrivs:\\s*//p' /proc/$pid/status`,
      ),
    ).toBe('engine\n0000000000000000\n0000000000000000\n1');
  });

  test('root neither removes a file nor gives a folder away behind a link of the service', async () => {
    const link = '/bin/ln -sfn /etc/precious /var/lib/engine/link';
    const units = [
      `StateDirectory=engine\nExecStartPre=${link}`,
      'StateDirectory=engine/link/folder',
      'PIDFile=/etc/precious/file',
    ].map((lines) => renderUnit(target, 'green', after(lines)));
    await on('mkdir -p /etc/precious/folder; touch /etc/precious/file');
    await on(units.map((unit, index) => laidOut(`r${index}`, unit)).join(''));
    for (const release of ['r0', 'r1', 'r2']) {
      const installed = await run('install-unit', { release });
      if (installed.values('forbidden').length === 0) await run('start-slot', { release });
      await run('cleanup', { release, live_before: '' });
    }
    expect(await on('readlink /var/lib/engine/link')).toBe('/etc/precious');
    expect(await on('stat -c "%n %U" /etc/precious/*; rm -r /etc/precious')).toBe(
      '/etc/precious/file root\n/etc/precious/folder root',
    );
  });

  test('an empty user, which systemd takes for root, is none', async () => {
    await sent(renderUnit(target, 'green', good));
    await expect(run('install-unit', { release: 'r1', user: '' })).rejects.toThrow('an empty user');
    expect(await on(`ls -d ${file} 2>/dev/null || true`)).toBe('');
  });

  test('a unit that passed before comes back, and one that a key sends as adopted does not', async () => {
    const old = renderUnit(target, 'green', hostile['extra groups'] ?? '');
    await sent(old);
    await on(`echo good >${place.root}/releases/r1/.argo/verdict`);
    // A verdict comes with an upload too, so it counts only when the rules first come to a host.
    await run('claim');
    expect((await run('install-unit', { release: 'r1' })).values('forbidden')).toEqual([]);
    await sent(`${old}\n`);
    expect((await run('install-unit', { release: 'r1' })).values('forbidden')).not.toEqual([]);
    await expect(
      run('upload', { release: 'adopted-green', base: '', manifest: '' }),
    ).rejects.toThrow('is no name for a release');
  });
});
