import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { bootHost, type TestHost } from '../../sandbox/host/host.ts';
import { isFailure } from '../../src/deploy/record/errors.ts';
import type { AnyFailure } from '../../src/deploy/record/errors.ts';
import { createHosts } from '../../src/host/hosts.ts';
import { explainSudoRefusal } from '../../src/host/run/sudo-refused.ts';
import { silent } from '../host/support/ssh-server.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const file = '/etc/sudoers.d/deploy';
const rules = (...lines: string[]): string =>
  `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >${file}`;
const everything = 'deploy ALL=(ALL) NOPASSWD: ALL';
const pam = (...lines: string[]): string =>
  `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >/etc/pam.d/sudo`;

interface Row {
  name: string;
  breaks: string;
  why: RegExp;
  /** What the next step says beside what is pasted; false where that cannot be pasted. */
  pasted?: false;
}

const rows: Row[] = [
  {
    name: 'NOPASSWD is missing',
    breaks: rules('deploy ALL=(ALL) ALL'),
    why: /the user "deploy" cannot use sudo without a password/,
  },
  {
    name: 'no rule at all',
    breaks: `rm ${file}`,
    why: /the user "deploy" cannot use sudo without a password/,
  },
  {
    name: 'a rule of its group asks for a password',
    breaks: `rm ${file}; usermod -aG sudo deploy`,
    why: /the sudo rule of deploy \(group sudo\) asks for a password/,
  },
  {
    name: 'a rule for another command',
    breaks: rules('deploy ALL=(root) NOPASSWD: /usr/bin/systemctl'),
    why: /do not allow \/bin\/sh as root: only \(root\) NOPASSWD: \/usr\/bin\/systemctl/,
  },
  {
    name: 'a rule for another user',
    breaks: rules('deploy ALL=(trading) NOPASSWD: ALL'),
    why: /do not allow \/bin\/sh as root: only \(trading\) NOPASSWD: ALL/,
  },
  {
    name: 'a shell that is forbidden',
    breaks: rules(
      'deploy ALL=(root) NOPASSWD: ALL, !/bin/sh, !/usr/bin/sh, !/usr/bin/dash, !/bin/dash',
    ),
    why: /the sudo rules of deploy do not allow \/bin\/sh: only .*!\/bin\/sh/,
  },
  {
    name: 'not in sudoers',
    breaks: rules('Defaults !authenticate'),
    why: /deploy is not in sudoers/,
  },
  {
    name: 'requiretty',
    breaks: rules('Defaults requiretty', everything),
    why: /sudo wants a terminal \(requiretty\)/,
  },
  {
    name: 'NOEXEC',
    breaks: rules('deploy ALL=(ALL) NOPASSWD:NOEXEC: ALL'),
    why: /forbids a command to start others \(NOEXEC\)/,
  },
  {
    name: 'a mistake in its file',
    breaks: rules('deploy ALL=(ALL NOPASSWD: ALL'),
    why: /sudo ignores line 1 of \/etc\/sudoers.d\/deploy, which has a syntax error/,
    pasted: false,
  },
  {
    name: 'its file belongs to somebody else',
    breaks: `chown deploy ${file}`,
    why: /sudo does not read \/etc\/sudoers.d\/deploy, because it is owned by uid \d+, should be 0/,
  },
  {
    name: 'its file can be written by all',
    breaks: `chmod 666 ${file}`,
    why: /does not read \/etc\/sudoers.d\/deploy, because it is world writable/,
  },
  {
    name: 'the main file belongs to somebody else',
    breaks: 'chown deploy /etc/sudoers',
    why: /does not read \/etc\/sudoers, because it is owned by uid/,
  },
  {
    name: 'the folder belongs to somebody else',
    breaks: 'chown deploy /etc/sudoers.d',
    why: /does not read \/etc\/sudoers.d, because it is owned by uid/,
  },
  {
    name: 'sudo without its setuid bit',
    breaks: 'chmod 755 /usr/bin/sudo',
    why: /\/usr\/bin\/sudo is not owned by root, or has lost its setuid bit/,
  },
  {
    name: 'sudo that may not be executed',
    breaks: 'chmod 600 /usr/bin/sudo',
    why: /deploy is not allowed to execute sudo/,
    pasted: false,
  },
  {
    name: 'no sudo',
    breaks: 'mv /usr/bin/sudo /root/sudo.kept',
    why: /sudo is not installed/,
    pasted: false,
  },
  {
    name: 'no new privileges',
    breaks: `mkdir -p /etc/systemd/system/ssh.service.d; printf '[Service]\\nNoNewPrivileges=yes\\n' >/etc/systemd/system/ssh.service.d/t.conf; systemctl daemon-reload; systemctl restart ssh`,
    why: /nothing in this session can become root \(no_new_privs\)/,
    pasted: false,
  },
  {
    name: 'PAM refuses the account',
    breaks: pam('auth required pam_permit.so', 'account required pam_deny.so'),
    why: /PAM does not let the account deploy use sudo/,
    pasted: false,
  },
  {
    name: 'PAM is broken',
    breaks: pam('account required pam_nosuch.so'),
    why: /PAM fails for sudo/,
    pasted: false,
  },
];

describeOnHosts('a refusal of sudo', () => {
  let machine: TestHost;
  beforeAll(async () => {
    machine = await bootHost({ name: 'trading-1' });
    await machine.exec(
      'cp -a /etc/sudoers /etc/pam.d/sudo /etc/hosts /root; mv /root/sudo /root/pam',
    );
  });
  afterAll(() => machine?.stop());
  beforeEach(async () => {
    const { code, stderr } = await machine.exec(`set -e
[ ! -e /root/sudo.kept ] || mv /root/sudo.kept /usr/bin/sudo
cp -a /root/sudoers /etc/sudoers; cp -a /root/pam /etc/pam.d/sudo; cp -a /root/hosts /etc/hosts
chown root:root /usr/bin/sudo /etc/sudoers.d; chmod 4755 /usr/bin/sudo; chmod 755 /etc/sudoers.d
rm -f /etc/sudoers.d/* /etc/systemd/system/ssh.service.d/t.conf; ${rules(everything)}; chmod 440 ${file}
hostname trading-1; gpasswd -d deploy sudo >/dev/null 2>&1 || true
if systemctl show -p NoNewPrivileges --value ssh | grep -q yes; then systemctl daemon-reload; systemctl restart ssh; fi`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  const asRoot = async (script: string): Promise<void> => {
    const { code, stderr } = await machine.exec(script);
    if (code !== 0) throw new Error(stderr);
  };

  async function run(): Promise<AnyFailure | string> {
    const { name, address, port, privateKeyPath: identity_file, hostKeys } = machine;
    const host_keys = hostKeys.map((line) => line.split(' ').slice(1, 3).join(' '));
    const { signal } = new AbortController();
    const hosts = createHosts({ log: silent });
    const settings = { name, address, port, user: 'deploy', host_keys, identity_file };
    try {
      const host = await hosts.open(settings, signal);
      const options = { timeoutMs: 20_000, signal, what: 'Hosts claimed' };
      const given = { root: '/srv/x', deployment: 'd-1', epoch: 1, upstream_file: '' };
      return (await host.run('claim', given, options)).stderr;
    } catch (error) {
      if (isFailure(error)) return error;
      throw error;
    } finally {
      await hosts.closeAll();
    }
  }

  test.each(rows)('$name', async ({ breaks, why, pasted = true }) => {
    await asRoot(breaks);
    const failure = await run();
    if (typeof failure === 'string') throw new Error('it was not refused');
    expect([failure.code, failure.host]).toEqual(['sudo-refused', 'trading-1']);
    expect(failure.message).toMatch(why);
    expect(failure.message).toMatch(/^argo-bot needs root on trading-1, but /);
    if (!pasted) return;
    const [, typed] =
      /as root on trading-1: `([^`]+)`/.exec(`${failure.next}\n${failure.log}`) ?? [];
    await asRoot(typed ?? 'false');
    expect(await run()).toBe('');
  });

  test.each([
    ['a name that does not resolve', `hostname nowhere-1; echo '127.0.0.1 localhost' >/etc/hosts`],
    ['a terminal of its own (use_pty)', rules('Defaults use_pty', everything)],
    ['another user by default', rules('Defaults runas_default=trading', everything)],
    ['a mistake in another file', `echo bogus >/etc/sudoers.d/zz-broken`],
    ['a lecture', rules('Defaults lecture=always', everything)],
    ['a path of its own', rules('Defaults secure_path=/nowhere', everything)],
    ['a translated host', `echo LANG=de_DE.UTF-8 >/etc/default/locale`],
  ])('%s is none', async (_, setting) => {
    await asRoot(setting);
    expect(await run()).toBe('');
  });
});

test.each([
  [
    "sudo: effective uid is not 0, is /usr/bin/sudo on a file system with the 'nosuid' option set or an NFS file system without root privileges?",
    /mounted with nosuid/,
  ],
  [
    '>>> /etc/sudoers.d/x: syntax error near line 3 <<<\nsudo: parse error in /etc/sudoers.d/x near line 3\nsudo: no valid sudoers sources found, quitting',
    /line 3 of \/etc\/sudoers.d\/x, which has a syntax error/,
  ],
  [
    'sudo: /etc/sudoers.d/x is mode 0644, should be 0440',
    /does not read \/etc\/sudoers.d\/x, because it is mode 0644/,
  ],
  ['sudo: Account or password is expired, reset your password and try again', /has expired/],
  ['sudo: no tty present and no askpass program specified', /cannot use sudo without a password/],
  ['sudo: interactive authentication is required', /cannot use sudo without a password/],
  ["sudo: I'm sorry deploy. I'm afraid I can't do that", /is not in sudoers/],
  ['sudo: you do not exist in the passwd database', /does not know the account deploy/],
  [
    'sudo: unable to load /usr/libexec/sudo/sudoers.so: no such file',
    /sudo does not work on this host \(unable to load/,
  ],
])('another version of sudo: %s', (stderr, why) => {
  expect(explainSudoRefusal({ user: 'deploy', stderr, rules: '' })?.why).toMatch(why);
});

test('words of others are no refusal of sudo', () => {
  const stderr = 'sudo: unable to resolve host x: Name or service not known\nbash: no such file\n';
  expect(explainSudoRefusal({ user: 'deploy', stderr, rules: '' })).toBeUndefined();
});
