import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask, ending, inThread, threadOf, told } from '../../sandbox/acts.ts';
import { declaration } from '../../sandbox/argo-yml.ts';
import { command } from '../../sandbox/host/command.ts';
import { type DelayProxy, startDelayProxy } from '../../sandbox/host/delay-proxy.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { transcript } from '../../sandbox/transcript.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

describeOnHosts('bad input', () => {
  let scene: Scene;
  let pristine: string;
  const doors: DelayProxy[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'argo-keys-'));

  const stateOfHost = async (): Promise<string> => {
    const answer = await scene.hosts[0]?.exec(
      'ls -lR --time-style=full-iso /opt /etc/nginx /etc/systemd/system',
    );
    return answer?.stdout ?? '';
  };

  beforeAll(async () => {
    const otherKey = join(folder, 'other');
    await command('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', otherKey]);
    const otherHostKey = readFileSync(`${otherKey}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
    scene = await startScene({
      variants: async ([host]) => {
        if (!host) throw new Error('the scene has no host');
        // Each is the same machine by another way in: argo.yml takes no machine twice.
        const at = async (different: object) => {
          const door = await startDelayProxy({ host: host.address, port: 22, delayMs: 0 });
          doors.push(door);
          const { address, port } = { address: door.host, port: door.port };
          return { hosts: [{ ...declaration(host, 'root'), address, port, ...different }] };
        };
        return {
          'unknown-key': await at({ host_keys: [otherHostKey] }),
          'wrong-key': await at({ identity_file: otherKey }),
          // Nobody answers on that port.
          down: await at({ port: 1 }),
        };
      },
    });
    pristine = await stateOfHost();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await scene.stop();
    await Promise.all(doors.map((door) => door.stop()));
  });

  test.each([
    ['unknown-key', /host key/i, /ssh-keyscan/],
    ['wrong-key', /key/i, /authorized_keys/],
    ['down', /host-1/, /127\.0\.0\.1|sshd|reach/i],
  ])(
    '%s: one message says what and what now, and nothing is changed',
    async (environment, what, next) => {
      const root = await ask(scene, 'ada', `deploy --env ${environment}`);
      expect(await ending(scene, root)).toMatch(/^❌/u);
      await inThread(scene, root, next);
      expect(transcript(threadOf(scene, root))).toMatch(what);
      expect(await stateOfHost()).toBe(pristine);
    },
  );

  test('a ref that does not exist is named, with its neighbours', async () => {
    const root = await ask(scene, 'ada', 'deploy mian --env production');
    expect(await ending(scene, root)).toMatch(/mian/);
    await inThread(scene, root, /did you mean.*main/i);
    expect(await stateOfHost()).toBe(pristine);
  });

  test.each(['--upload-pack=x', '$(id)', ';id', 'a\nb', '-x', '../../etc/passwd'])(
    'the ref %j is refused before anything begins',
    async (ref) => {
      expect(await told(scene, 'ada', `deploy ${ref} --env production`)).toBeTruthy();
      expect(await stateOfHost()).toBe(pristine);
    },
  );

  test('Redis down at start is said once, and the process ends with 1', async () => {
    const { code, stderr } = await start({ REDIS_URL: 'redis://127.0.0.1:1' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Redis does not answer at 127\.0\.0\.1:1\n.*REDIS_URL/);
  });

  test('ten mistakes in argo.yml are ten lines', async () => {
    const file = join(scene.folder, 'mistakes.yml');
    writeFileSync(file, tenMistakes);
    const { code, stderr } = await start({ ARGO_CONFIG: file });
    expect(code).toBe(1);
    expect(stderr.match(/^ {2}- line \d+/gm)).toHaveLength(10);
  });

  async function start(different: Record<string, string>) {
    const child = spawn(process.execPath, [join('src', 'cli.ts'), 'start'], {
      env: { PATH: process.env['PATH'], ...scene.environment, ...different },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [stderr, code] = await Promise.all([
      text(child.stderr),
      new Promise<number | null>((resolve) => child.once('exit', resolve)),
    ]);
    return { code, stderr };
  }
});

const tenMistakes = `services:
  engine:
    source: { git: repo }
    colour: blue
    unit: { user: root user, exec_start: run }
    health: { path: health, passes: many }
    environments:
      production:
        hosts:
          - { name: a, address: "a b", host_keys: [], identity_file: k }
        strategy: magic
        root: opt/engine
        slots: { blue: { port: 70000 }, green: { port: 8002 } }
        proxy: { upstream_file: /etc/x.conf, upstream: argo-trading }
`;
