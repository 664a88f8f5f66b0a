// The attacker can write to a folder on the way to the service's root, or to nginx's upstream file, and so decides what
// root creates, overwrites and removes. Every script must refuse it before it has done anything, and say what to type.
import { expect, test } from '@jest/globals';
import { machineFindings } from '../../src/doctor/host/machine.ts';
import { onHost, put } from '../host/support/on-host.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { targetWith } from '../support/target.ts';

const base = '/srv/base';
const root = `${base}/engine`;
const slot = `${root}/green`;

/** Lets engine write to a folder of root, as `setfacl -m u:engine:rwx` does: tag, rights and id of each entry. */
const writableByAcl = `python3 -c 'import os, pwd, struct, sys
engine, none = pwd.getpwnam("engine").pw_uid, 0xFFFFFFFF
entries = [(1, 7, none), (2, 7, engine), (4, 5, none), (16, 7, none), (32, 5, none)]
acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
os.setxattr(sys.argv[1], "system.posix_acl_access", acl)'`;

describeOnHosts('a path that others can change', () => {
  const { run, on, sure } = onHost({
    given: {
      root,
      strategy: 'proxy',
      port_blue: 8001,
      port_green: 8002,
      unit_blue: 'engine-blue.service',
      unit_green: 'engine-green.service',
      upstream: 'engine',
      upstream_file: '/etc/nginx/conf.d/engine.conf',
      user: 'engine',
    },
    once: 'useradd --system engine; chmod 755 /srv',
    each: `rm -rf ${base} /tmp/engine /etc/precious; echo keep >/etc/precious; mkdir -p ${root}`,
  });

  test.each<[string, string, string, string]>([
    ['the root itself', `chown engine ${root}`, root, `chown root ${root} && chmod go-w ${root}`],
    ['a folder above it', `chown engine ${base}`, root, `chown root ${base} && chmod go-w ${base}`],
    ['a folder of a group', `chgrp engine ${base}; chmod g+w ${base}`, root, `chmod go-w ${base}`],
    ['a folder with an ACL', `${writableByAcl} ${base}`, root, `chmod go-w ${base}`],
    [
      'a link through a folder of others',
      `mkdir -p /srv/base/real; rm -r ${root}; install -d -o engine ${base}/way; ln -s ../real ${base}/way/on; ln -s way/on ${root}`,
      root,
      `chown root ${base}/way && chmod go-w ${base}/way`,
    ],
    [
      'the folder of its state',
      `mkdir ${root}/state; chown engine ${root}/state`,
      `${root}/state`,
      `chown root ${root}/state && chmod go-w ${root}/state`,
    ],
    [
      'the folder of its releases',
      `mkdir ${root}/releases; chown engine ${root}/releases`,
      `${root}/releases`,
      `chown root ${root}/releases`,
    ],
    [
      'a slot that was laid out by hand',
      `mkdir ${root}/blue; chown engine ${root}/blue`,
      `${root}/blue`,
      `chown root ${root}/blue`,
    ],
  ])('%s is refused, and taken once the command was typed', async (_, attack, place, command) => {
    await sure(attack);
    const before = await on(`find ${base} | sort`);
    const refused = await run('claim').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'path-untrusted', host: 'trading-1' });
    expect(String(refused)).toContain(`root must not work in ${place}: `);
    expect(String(refused)).toContain(command);
    // Below a root that nobody else can change, the fence may leave its own files.
    if (place === root) expect(await on(`find ${base} | sort`)).toBe(before);
    expect(await on(`ls -d ${root}/venvs 2>/dev/null || true`)).toBe('');
    await sure(String(refused).split(': ').at(-1) ?? 'false');
    await run('claim');
    expect(await on(`stat -c %U ${root}/venvs`)).toBe('root');
  });

  test('below /tmp there is no root, and an upstream file in a folder of others is not followed', async () => {
    await expect(run('claim', { root: '/tmp/engine' })).rejects.toThrow(
      'everybody can write to /tmp: choose a place that is not below it',
    );
    expect(await on('ls -d /tmp/engine 2>/dev/null || true')).toBe('');
    await sure(`install -d -o engine ${base}/nginx`);
    await expect(run('claim', { upstream_file: `${base}/nginx/engine.conf` })).rejects.toThrow(
      `chown root ${base}/nginx && chmod go-w ${base}/nginx`,
    );
  });

  test('an upstream file of others, which root has nginx read, shows them no secret of root', async () => {
    const file = '/etc/nginx/conf.d/engine.conf';
    await sure(
      `echo 'secret;' >/root/secret; echo 'include /root/secret;' >${file}; chown engine ${file}`,
    );
    try {
      await run('claim');
      const refused = await run('test-proxy').catch(String);
      expect(refused).not.toEqual(expect.stringContaining('secret"'));
      expect(refused).toEqual(expect.stringContaining(`others than root can change ${file}`));
      await sure(`chown root ${file}`);
      expect(await run('test-proxy').catch(String)).toEqual(expect.stringContaining('secret"'));
    } finally {
      await sure(`rm ${file}`);
    }
  });

  test('a link under a name that root writes to overwrites nothing, whichever script is sent', async () => {
    await sure(`install -d -o engine ${root}/state
runuser -u engine -- sh -c 'for name in epoch.new holder room ballast journal.jsonl; do ln -s /etc/precious ${root}/state/$name; done'`);
    for (const script of ['claim', 'upload', 'finish', 'cleanup', 'sync-config', 'restart'])
      await expect(run(script, { release: 'r1' })).rejects.toMatchObject({
        code: 'path-untrusted',
      });
    expect(await on('cat /etc/precious')).toBe('keep');
  });

  test.each([
    ['a folder of the service', `install -d -o engine ${slot}/.argo`, '.argo'],
    [
      'a link in a folder of root',
      `install -d ${slot}/.argo; ln -s /etc/precious ${slot}/.argo/unit.green`,
      '.argo/unit.green',
    ],
    ['a link', `ln -s /etc ${slot}/.argo`, '.argo'],
  ])('what argo-bot writes in a slot that was laid out by hand: %s', async (_, attack, what) => {
    await sure(`mkdir -p ${slot}; ${attack}; ls -ld ${slot}/.argo
printf '[Service]\\nExecStart=/bin/sleep infinity\\n' >/etc/systemd/system/engine-green.service; systemctl daemon-reload
${put(`${root}/releases/r1/.argo/unit.green`, '[Service]\nUser=engine\nExecStart=/bin/sleep infinity\n')}`);
    const refused = await run('claim').catch((error: unknown) => error);
    // Every deployment claims first. Without a refusal, root would write through the link here.
    if (!(refused instanceof Error))
      await run('install-unit', { release: 'r1', slot: 'green', unit: 'engine-green.service' });
    expect(await on('cat /etc/precious; ls /etc/unit.* /etc/adopted 2>/dev/null')).toBe('keep');
    expect(String(refused)).toContain(
      `root must not work in ${slot}/.argo: others than root may have put ${slot}/${what} there: rm -r ${slot}/.argo`,
    );
    await sure(String(refused).split(': ').at(-1) ?? 'false');
    await run('claim');
  });

  test('the first line of a secret is not shown as the colour of a root of others', async () => {
    await sure(`chown engine ${root}; printf 'secret\\n' >/root/secret
runuser -u engine -- ln -s /root/secret ${root}/.current_color`);
    const shown = await run('inspect', { python: '' }).catch((error: unknown) => error);
    expect(String(shown)).not.toContain('secret');
    expect(shown).toMatchObject({ code: 'path-untrusted' });
  });

  test('a log file that leads to a secret of root is not read, also while the unit is missing', async () => {
    await sure(`install -d -o engine /var/log/engine; printf 'secret\\n' >/root/secret; chmod 600 /root/secret
runuser -u engine -- ln -sf /root/secret /var/log/engine/app.log`);
    const log = { slot: 'green', unit: 'engine-missing.service', lines: 20 };
    const read = await run('slot-state', { ...log, log_files: '/var/log/engine/app.log' });
    expect(read.values('filed')).toEqual([
      '== /var/log/engine/app.log is no file that the service can read',
    ]);
  });

  test('the doctor says so too, with the command', async () => {
    await sure(`chown engine ${base}`);
    const examined = await run('examine', { python: '', requirements: '', locations: '' });
    const findings = machineFindings(examined, targetWith(), Date.now());
    expect(findings.filter(({ what }) => what === 'paths')).toEqual([
      {
        what: 'paths',
        level: 'fail',
        text: `root must not work in ${root}: ${base} belongs to engine, who can replace what is in it`,
        fix: `chown root ${base} && chmod go-w ${base}`,
      },
    ]);
  });
});
