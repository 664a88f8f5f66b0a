import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { deploy } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import type { Answer } from '../../src/deploy/ports/ports.ts';
import { createHosts } from '../../src/host/hosts.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { silent } from '../host/support/ssh-server.ts';

/** Without what changes by itself. */
/** The lines in a fixed order, because the script reads slots and machine at the same time. */
const kept = ({ stdout }: Answer): string =>
  stdout
    .split('\n')
    .filter((line) => !/^(now|free_mb)\t/.test(line))
    .toSorted()
    .join('\n');

describeOnHosts('a login shell and its start files', () => {
  let world: World;
  const { signal } = new AbortController();
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(async () => {
    await world?.stop();
  });
  const undone = `rm -f /root/.bashrc /root/.zshenv /root/.tcshrc /root/.config/fish/config.fish /home/deploy/.bashrc
sed -i 's/^command="[^"]*" //' /home/deploy/.ssh/authorized_keys
usermod -s /bin/bash root; usermod -s /bin/bash deploy; chage -d -1 -M -1 deploy`;
  /** By whichever of the two accounts is not the one that is broken. */
  async function asRoot(script: string): Promise<void> {
    const whole = `set -e\n${script}\necho done-with-it\n`;
    const through = `sudo -n /bin/sh -s <<'END_OF_ALL'\n${whole}END_OF_ALL\n`;
    const first = await world.host.exec(through, 'deploy');
    if (first.stdout.includes('done-with-it')) return;
    const second = await world.host.exec(whole, 'root');
    if (!second.stdout.includes('done-with-it')) throw new Error(`${first.stderr}${second.stderr}`);
  }
  beforeEach(async () => {
    await asRoot(undone);
  });

  async function inspect(user: string, timeoutMs = 20_000): Promise<Answer> {
    const { name, address, port, privateKeyPath: identity_file, hostKeys } = world.host;
    const host_keys = hostKeys.map((line) => line.split(' ').slice(1, 3).join(' '));
    const settings = { name, address, port, user, host_keys, identity_file };
    // sshd looks the account up once a connection.
    const hosts = createHosts({ log: silent });
    const host = await hosts.open(settings, signal);
    const given = {
      root: '/opt/argo-trading',
      unit_blue: 'argo-trading-blue.service',
      unit_green: 'argo-trading-green.service',
      python: '',
      upstream_file: '',
      port_blue: 8001,
      port_green: 8002,
      strategy: 'proxy',
    };
    const options = { timeoutMs, signal, what: 'Hosts claimed' };
    try {
      return await host.run('inspect', given, options);
    } finally {
      await hosts.closeAll();
    }
  }

  test('what they print stops no deployment, neither the first nor the next, with fish neither', async () => {
    await asRoot(
      `echo 'echo "Welcome to the engine"; printf "slot_blue\\tnone\\n"; echo careful >&2' >/root/.bashrc`,
    );
    expect((await deploy(world)).line).toContain('*live*');
    await commit(world.scene.repository, { message: 'Say it', files: { 'argo/said.txt': 'x\n' } });
    const second = await deploy(world);
    expect(second.line).toContain('*live*');
    expect(second.thread).not.toContain('Welcome to the engine');
    await asRoot(`usermod -s /usr/bin/fish root; mkdir -p /root/.config/fish
echo 'echo "Welcome to fish"' >/root/.config/fish/config.fish`);
    await commit(world.scene.repository, {
      message: 'Say more',
      files: { 'argo/said.txt': 'y\n' },
    });
    expect((await deploy(world)).line).toContain('*live*');
  });

  const shells = ['/bin/bash', '/bin/sh', '/usr/bin/zsh', '/usr/bin/fish', '/usr/bin/tcsh'];
  test.each(shells)('%s hands on a script unchanged, for root and through sudo', async (shell) => {
    await asRoot(`usermod -s ${shell} root; usermod -s ${shell} deploy`);
    for (const user of ['root', 'deploy']) {
      const answer = await inspect(user);
      expect(answer.value('systemd')).not.toBe('');
      expect(answer.values('release')).not.toEqual([]);
    }
  });

  describe('start files', () => {
    test.each([
      ['print without an end of line', 'printf "epoch\\t99"; printf oops >&2'],
      ['print when the shell ends', 'trap "echo goodbye" EXIT'],
      ['read a line', 'read -r ignored'],
      ['wait for a key', 'read -r -n 1 -t 1 ignored'],
      [
        'change what programs inherit',
        'export LANG=de_DE.UTF-8 IFS=e PATH=/nowhere CDPATH=/ TAR_OPTIONS=-v ENV=/x BASH_ENV=/x; umask 077; cd /tmp',
      ],
      ['set limits', 'ulimit -f 1; ulimit -n 12; ulimit -v 50000'],
      ['make the shell strict', 'set -eu -o pipefail; shopt -s nullglob; set -o noglob'],
      [
        'define functions and aliases',
        'head() { echo mine; }; export -f head; printf() { :; }; alias exec=false',
      ],
      ['put the shell into debugging', 'set -x; PS4="slot_blue\t"'],
      ['are Debian’s', 'case $- in *i*) ;; *) return ;; esac'],
    ])('that %s change nothing', async (_, text) => {
      const before = await inspect('root');
      await asRoot(`cat >/root/.bashrc <<'END'\n${text}\nEND`);
      const answer = await inspect('root');
      expect(kept(answer)).toBe(kept(before));
      expect(answer.stderr).toBe('');
    });

    test.each([
      ['read everything', 'cat >/dev/null', /start files of root's login shell .* read the input/],
      [
        'start another shell',
        'exec zsh',
        /start files of root's login shell .* start another shell/,
      ],
      [
        'end the session',
        'echo no entry; exit 3',
        /the login shell of root exited 3 without running .*no entry/,
      ],
    ])('that %s are named', async (_, text, message) => {
      await asRoot(`echo '${text}' >/root/.bashrc`);
      await expect(inspect('root')).rejects.toMatchObject({
        code: 'login-shell',
        message: expect.stringMatching(message),
      });
    });

    test('that wait for ever are named at the time limit', async () => {
      await asRoot(`echo 'sleep 600' >/root/.bashrc`);
      await expect(inspect('root', 2_000)).rejects.toMatchObject({
        code: 'timed-out',
        message: expect.stringContaining('the login shell of root did not run /bin/sh'),
      });
    });
  });

  describe('a shell that cannot work is named, with what it wrote', () => {
    test.each([
      [
        '/usr/sbin/nologin',
        /shell of deploy, nologin, exited 1 .*This account is currently not available/,
      ],
      ['/bin/false', /the login shell of deploy exited 1 .*it wrote nothing/],
      ['/bin/true', /the login shell of deploy exited 0 .*it wrote nothing/],
      ['/usr/bin/git-shell', /the login shell of deploy, git-shell, exited/],
      ['/bin/rbash', /the login shell of deploy, rbash, a restricted shell, exited .*restricted/],
      ['/usr/bin/python3', /the login shell of deploy exited/],
    ])('%s', async (shell, message) => {
      await asRoot(
        `[ -e ${shell} ] || printf '#!/bin/sh\\necho "fatal: unrecognized command"  >&2; echo git-shell >&2; exit 128\\n' >${shell} && chmod 755 ${shell}; usermod -s ${shell} deploy`,
      );
      await expect(inspect('deploy')).rejects.toMatchObject({
        code: 'login-shell',
        message: expect.stringMatching(message),
        next: expect.stringContaining('usermod -s /bin/bash deploy'),
      });
    });

    test('a forced command, even one that ends well', async () => {
      await asRoot(`sed -i '1s/^/command="uptime" /' /home/deploy/.ssh/authorized_keys`);
      await expect(inspect('deploy')).rejects.toMatchObject({
        code: 'login-shell',
        message: expect.stringMatching(
          /exited 0 without running \/bin\/sh; it wrote: .*load average/,
        ),
        next: expect.stringContaining('remove `command=` from ~deploy/.ssh/authorized_keys'),
      });
    });
  });
});
