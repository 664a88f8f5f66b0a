// The attacker has the bot's private key, and speaks SSH to a host that `argo-bot host setup` has made ready. The key
// must call the runner and nothing else: no shell, no sftp, no other port, no root or unit that root has not declared,
// no script of the attacker's own.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openWorld, type World } from '../../faults/world.ts';
import { deploy } from '../../faults/deploy.ts';
import { createHosts } from '../../src/host/hosts.ts';
import type { Host, HostSettings } from '../../src/deploy/ports/ports.ts';
import { scriptNamed, scriptInput } from '../../src/host/run/script-text.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { untilOnHost } from '../support/until.ts';
const mark = 'ab'.repeat(12);
const library = '/usr/local/lib/argo-bot';

const users = ['root', 'deploy'] as const;
type User = (typeof users)[number];

describeOnHosts('a stolen deploy key', () => {
  const worlds = new Map<User, World>();
  /** Both at once: most of it is waiting. */
  beforeAll(async () => {
    const opened = users.map(async (user) => {
      const world = await openWorld({ user, watch: { checks: 1, interval_seconds: 0.2 } });
      worlds.set(user, world);
      expect((await deploy(world)).line).toMatch(/^✅/u);
    });
    await Promise.all(opened);
  });
  afterAll(() => Promise.all([...worlds.values()].map((world) => world.stop())));

  describe.each(users)('of %s', (user) => {
    let world: World;
    let host: Host;
    const hosts = createHosts({ log: { info: () => {}, warn: () => {}, error: () => {} } });
    beforeAll(async () => {
      const opened = worlds.get(user);
      if (opened === undefined) throw new Error('it was not opened');
      world = opened;
      host = await hosts.open(settings(), new AbortController().signal);
    });
    afterAll(() => hosts.closeAll());

    const settings = (): HostSettings => {
      const { name, address, port, botKeyPath, hostKeys } = world.host;
      const host_keys = hostKeys.map((line) => line.split(' ').slice(1, 3).join(' '));
      return { name, address, port, user, host_keys, identity_file: botKeyPath };
    };
    const options = (): string[] => {
      const { botKeyPath, knownHostsPath } = world.host;
      const given = ['BatchMode=yes', `UserKnownHostsFile=${knownHostsPath}`, 'IdentitiesOnly=yes'];
      return ['-F', 'none', '-i', botKeyPath, ...given.flatMap((one) => ['-o', one])];
    };
    const ssh = (args: string[], input: string | Buffer) => {
      const { stdout, stderr, status } = spawnSync('ssh', [...options(), ...args], {
        input,
        encoding: 'utf8',
        timeout: 20_000,
      });
      return { said: `${stdout}\n${stderr}`, status };
    };
    /** A program that goes on until it is ended. */
    const open = (program: string, args: string[], input: string) => {
      const child = spawn(program, [...options(), ...args]);
      let said = '';
      child.stdout.on('data', (bytes) => (said += String(bytes)));
      const closed = once(child, 'close');
      child.stdin.on('error', () => undefined).end(input);
      return {
        said: () => said,
        over: () => child.exitCode !== null,
        end: async () => {
          child.kill();
          await closed;
          return said;
        },
      };
    };
    const at = (): string => `${user}@${world.host.address}`;
    const run = (script: string, parameters: Record<string, string | number>) => {
      const signal = new AbortController().signal;
      return host.run(script, parameters, { timeoutMs: 20_000, signal, what: 'The attack' });
    };
    /** As a deployment of the declared environment would send them. */
    const honest = {
      root: '/opt/argo-trading',
      deployment: 'd-1',
      epoch: 1_000,
      strategy: 'proxy',
      upstream_file: '/etc/nginx/conf.d/argo-trading-upstream.conf',
      upstream: 'argo_trading',
      port_blue: 8001,
      port_green: 8002,
      unit_blue: 'argo-trading-blue.service',
      unit_green: 'argo-trading-green.service',
      log_files: '',
    };

    test.each([
      ['sh', 'id\ntouch /root/taken\n'],
      ['sh -c "touch /tmp/taken"', ''],
      ['/bin/bash -i', 'touch /tmp/taken\n'],
      ['sudo -n sh -c "touch /root/taken"', ''],
      ['sudo -n /usr/local/lib/argo-bot/run; touch /tmp/taken', ''],
      ['cat /etc/shadow', ''],
    ])('%s runs nothing', async (command, input) => {
      const { said, status } = ssh([at(), command], input);
      expect(status).not.toBe(0);
      expect(said).not.toMatch(/uid=|root:\$/);
      expect(await world.onHost('ls /root/taken /tmp/taken 2>&1 || true')).not.toMatch(/^\//m);
    });

    test('a text of its own is passed over: the host runs the script that it has by that name', async () => {
      const evil = scriptInput(
        { ...scriptNamed('read-manifest'), text: 'touch /root/taken' },
        mark,
      );
      const parameters = Object.entries(honest).map(([key, value]) => `${key}=${value}\n`);
      const { said } = ssh([at()], Buffer.concat([evil, Buffer.from(`${parameters.join('')}\n`)]));
      expect(said).toContain(mark);
      expect(await world.onHost('ls /root/taken 2>&1 || true')).toMatch(/No such file/);
    });

    test.each(['../../../../bin/sh', 'sh', '-c', 'admit', '', 'verify;id', 'prelude'])(
      'a script named %j is unknown',
      (name) => {
        const { said, status } = ssh([at()], `argo-bot 0 ${mark} ${name} v\nroot=/\n\n`);
        expect([79, 78, 96]).toContain(status);
        expect(said).not.toMatch(/uid=/);
      },
    );

    test('neither sftp, scp nor a terminal', async () => {
      const clients = [
        open('sftp', [at()], 'ls /\n'),
        open('scp', [`${at()}:/etc/passwd`, '/dev/stdout'], ''),
      ];
      // The runner waits for a first line that neither of them sends; a server of files would answer.
      const asked = `ps -eo args= | grep -c '^/bin/sh ${library}/run'`;
      await untilOnHost(async () => {
        const running = Number(await world.onHost(`${asked} || true`));
        return clients.every(({ over, said }) => over() || said() !== '') || running >= 2;
      });
      const [sftp = '', scp = ''] = await Promise.all(clients.map((client) => client.end()));
      expect(sftp).not.toMatch(/etc/);
      expect(scp).not.toMatch(/root:x/);
      const terminal = ssh(['-tt', at(), 'sh'], 'id\n');
      expect(terminal.said).toMatch(/PTY allocation request failed/);
    });

    test.each([
      '127.0.0.1:22',
      '127.0.0.1:6379',
      '169.254.169.254:80',
      '127.0.0.1:8003',
      '[::1]:22',
    ])('no tunnel to %s', (address) => {
      const { said, status } = ssh(['-W', address, at()], '');
      expect(status).not.toBe(0);
      expect(said).toMatch(/administratively prohibited/);
    });

    test('no port of the host is opened or forwarded back', () => {
      const { said } = ssh(['-o', 'ExitOnForwardFailure=yes', '-R', '9999:127.0.0.1:22', at()], '');
      expect(said).toMatch(/remote port forwarding failed/);
    });

    test.each<[string, Record<string, string | number>]>([
      ['root', { root: '/' }],
      ['root', { root: '/opt/argo-trading/../..' }],
      ['unit_blue', { unit_blue: 'ssh.service' }],
      ['upstream_file', { upstream_file: '/etc/nginx/conf.d/default.conf' }],
      ['port_green', { port_green: 22 }],
      ['log_files', { log_files: '/etc/shadow' }],
      ['strategy', { strategy: 'restart' }],
    ])('another %s than root has declared is refused', async (key, different) => {
      await expect(run('slot-state', { ...honest, ...different })).rejects.toMatchObject({
        code: 'runner-refused',
        message: expect.stringContaining(`refuses the parameter ${key}`),
        next: expect.stringContaining('argo-bot host setup --host'),
      });
    });

    test.each<[string, string, Record<string, string | number>]>([
      [
        'a user',
        'sync-config',
        { release: 'r', required: 'yes', config: 'config.json', user: 'root' },
      ],
      [
        'a location',
        'look-config',
        { config: 'config.json', locations: '/root/.ssh/authorized_keys' },
      ],
      ['an interpreter', 'inspect', { python: '/tmp/mine' }],
      ['a unit', 'slot-state', { slot: 'blue', unit: 'ssh.service', lines: 10 }],
      ['a release outside', 'read-manifest', { release: '../../etc' }],
      ['a config outside', 'read-config', { release: 'r', config: '../../../etc/shadow' }],
      ['a name that it does not know', 'slot-state', { evil: 'x' }],
    ])('%s of its own is refused', async (_what, script, more) => {
      await expect(run(script, { ...honest, ...more })).rejects.toMatchObject({
        code: 'runner-refused',
      });
    });

    test('what a second root line says does not count', async () => {
      const other = '/srv/other/releases/r1/.argo';
      await world.onHost(`mkdir -p ${other}; echo stolen >${other}/manifest`);
      const head = `argo-bot 0 ${mark} read-manifest v\n`;
      const roots = 'root=/opt/argo-trading\nroot=/srv/other\n';
      const { said, status } = ssh([at()], `${head}${roots}release=r1\n\n`);
      expect(said).not.toContain('stolen');
      expect(said).toContain('refuses the parameter root');
      expect(status).toBe(79);
    });

    test('the user itself cannot let another key in', async () => {
      const file = user === 'root' ? '/root' : '/home/deploy';
      const said = await world.onHost(`stat -c '%U %a' ${file}/.ssh ${file}/.ssh/authorized_keys`);
      expect(said).toBe('root 755\nroot 644\n');
    });

    test('a host with scripts of another version is told at the claim, with the command', async () => {
      await world.onHost(
        `sed -i 's/^ *claim | examine) \\[ "$version" = .* ] ||/  claim | examine) [ "$version" = old ] ||/' ${library}/*/run`,
      );
      await expect(run('claim', honest)).rejects.toMatchObject({
        code: 'runner-outdated',
        next: expect.stringContaining('`argo-bot host setup --host host-1`'),
      });
    });
  });
});
