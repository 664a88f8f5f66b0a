/**
 * The attacker pushes a commit whose tests, which nobody has approved, run where the bot runs. They read the bot's
 * key, environment and .env, write the tree that is released, open a connection to the bot's Redis, signal the
 * bot, ask for privileges, and leave daemons behind. None of it may work, and nothing may stay.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TeamCommandSchema } from '../../src/deploy/settings/checks.ts';
import { runGroup } from '../../src/source/sandbox/process-group.ts';
import { sandboxCommandLine } from '../../src/source/sandbox/command-line.ts';
import { createCommands } from '../../src/source/checks/team-command.ts';
import { commandLines } from '../source/support/command-lines.ts';
import { until } from '../support/until.ts';

/** Prints one word for each thing that worked. */
const ATTACKS = `
import ctypes, os, signal, socket, subprocess, sys
bot, port, key, dotenv, tree, shown = sys.argv[1:]
def attempt(name, act):
    try:
        act()
    except BaseException as error:
        print('refused', name, type(error).__name__)
    else:
        print('WORKED', name)
def write(path):
    with open(path, 'a') as file: file.write('poison')
def connect(family, address):
    socket.socket(family).connect(address)
attempt('key', lambda: open(key).read())
attempt('key-below', lambda: open([path for path in ['/' + top + key for top in os.listdir('/')] + ['/proc/1/root' + key, '/proc/1/cwd' + key] if os.path.exists(path)][0]).read())
attempt('dotenv', lambda: open(dotenv).read())
attempt('environment', lambda: open(f'/proc/{bot}/environ').read())
attempt('command-line', lambda: open(f'/proc/{bot}/cmdline').read())
attempt('root-of-bot', lambda: os.listdir(f'/proc/{bot}/root'))
attempt('own-environment', lambda: [name for name in os.environ if 'TOKEN' in name][0])
attempt('signal', lambda: os.kill(int(bot), 0))
attempt('tree', lambda: write(os.path.join(tree, 'main.py')))
attempt('system', lambda: write('/usr/bin/poison'))
attempt('shadow', lambda: open('/etc/shadow').read())
attempt('root-home', lambda: os.listdir('/root'))
attempt('redis', lambda: connect(socket.AF_INET, ('127.0.0.1', int(port))))
attempt('abstract-socket', lambda: connect(socket.AF_UNIX, '\\0argo-attack'))
attempt('internet', lambda: connect(socket.AF_INET, ('192.0.2.1', 80)))
attempt('hidden', lambda: open(os.path.join(shown, 'keys/deploy')).read())
attempt('shown', lambda: write(os.path.join(shown, 'data')))
attempt('unmount', lambda: subprocess.run(['umount', os.path.join(shown, 'keys')], check=True))
attempt('become-root', lambda: os.setuid(0))
attempt('ptrace', lambda: subprocess.run(['nsenter', '-t', '1', '-m', 'true'], check=True))
attempt('disk', lambda: os.mknod('/tmp/disk', 0o60600, os.makedev(254, 0)))
libc = ctypes.CDLL(None, use_errno=True)
print('NEW_PRIVILEGES' if libc.prctl(39, 0, 0, 0, 0) != 1 else 'refused new-privileges')
write('main.py')
print('others', sorted(pid for pid in os.listdir('/proc') if pid.isdigit() and pid not in ('1', str(os.getpid()))))
print('reached the end')
raise SystemExit(1)
`;

const DAEMON = `
import os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 32):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        os.closerange(0, 3)
        os.execvp('sleep', ['sleep', '93.25'])
`;

let folder: string;
let server: Server;
let port: number;
let connections = 0;
const at = (...parts: string[]) => join(folder, ...parts);

beforeAll(async () => {
  process.env['SLACK_BOT_TOKEN'] = 'secret-of-the-bot';
  folder = mkdtempSync(join(tmpdir(), 'attack-team-command-'));
  chmodSync(folder, 0o755);
  for (const name of ['bot', 'tree', 'shown/keys']) mkdirSync(at(name), { recursive: true });
  // As open as a careless person leaves it: the sandbox must not count on modes.
  for (const name of ['bot/key', 'bot/.env', 'shown/keys/deploy']) {
    writeFileSync(at(name), 'secret-of-the-bot');
    chmodSync(at(name), 0o644);
  }
  writeFileSync(at('tree/main.py'), 'print(1)\n');
  chmodSync(at('tree/main.py'), 0o666);
  writeFileSync(at('shown/data'), 'reviewed');
  chmodSync(at('shown/data'), 0o666);
  writeFileSync(at('tree/attack.py'), ATTACKS);
  writeFileSync(at('tree/daemon.py'), DAEMON);
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => {
  delete process.env['SLACK_BOT_TOKEN'];
  server.close();
  rmSync(folder, { recursive: true });
});

const attack = () =>
  [
    'python3',
    'attack.py',
    process.pid,
    port,
    at('bot/key'),
    at('bot/.env'),
    at('tree'),
    at('shown'),
  ].map(String);

const run = (words: string[], seconds = 30, limits: { memory_mb?: number } = {}) =>
  createCommands({ hide: [at('shown/keys')] }).run(
    {
      ...TeamCommandSchema.parse({
        name: 'unit tests',
        run: words,
        timeout_seconds: seconds,
        read: [at('shown')],
        ...limits,
      }),
      sandbox: true,
    },
    { tree: at('tree'), folder: '.', remove: async () => undefined },
    new AbortController().signal,
  );

function held(log: string): void {
  expect(log).toContain('reached the end');
  expect(log.split('\n').filter((line) => /WORKED|NEW_PRIVILEGES/.test(line))).toEqual([]);
  expect(log).toContain('others []');
  expect(log).not.toContain('secret-of-the-bot');
  expect(connections).toBe(0);
  expect(readFileSync(at('tree/main.py'), 'utf8')).toBe('print(1)\n');
  expect(readFileSync(at('shown/data'), 'utf8')).toBe('reviewed');
  expect(existsSync('/usr/bin/poison')).toBe(false);
}

describe('the tests of a commit', () => {
  test('reach nothing of a bot that runs as root', async () => {
    const log = await run(attack()).then(
      () => 'passed',
      (error: unknown) => String(Object(error).log),
    );
    held(log);
  });

  test('nor of one that runs as a user of its own', async () => {
    mkdirSync(at('room'), { mode: 0o755 });
    const { argv, env } = sandboxCommandLine(
      attack(),
      { PATH: process.env['PATH'] ?? '' },
      {
        owner: undefined,
        room: at('room'),
        tree: at('tree'),
        folder: '.',
        network: false,
        memoryMb: 512,
        read: [at('shown')],
        hide: [at('shown/keys')],
        groups: [],
      },
    );
    const asUser = ['setpriv', '--reuid=4321', '--regid=4321', '--clear-groups', '--', ...argv];
    const ran = await runGroup(asUser, {
      cwd: '/',
      env,
      limitMs: 30_000,
      signal: new AbortController().signal,
      reports: true,
    });
    held(ran.output);
    expect(ran.report).toContain('ended 1');
  });

  test('leave no daemon, whatever it ignores, at their end', async () => {
    await run(['python3', 'daemon.py']);
    await until(() => !commandLines().includes('sleep 93.25'));
  });

  test('nor at their time limit', async () => {
    const forever = `python3 daemon.py; trap '' TERM; while :; do sleep 93.5; done`;
    await expect(run(['sh', '-c', forever], 2)).rejects.toThrow('did not end within 2 s');
    await until(() => !commandLines().some((line) => line.startsWith('sleep 93')));
  });

  test('start no more processes than they may', async () => {
    writeFileSync(
      at('tree/bomb.py'),
      `
import os, time
started = 0
try:
    while started < 5000:
        if os.fork() == 0: time.sleep(94); os._exit(0)
        started += 1
except OSError as error:
    print('refused after', started, flush=True)
raise SystemExit(1)`,
    );
    await expect(run(['python3', 'bomb.py'])).rejects.toMatchObject({
      log: expect.stringMatching(/refused after (?:\d{1,3}|10[012]\d)\n/),
    });
  });

  test('take no more memory than they may', async () => {
    writeFileSync(
      at('tree/memory.py'),
      `
try:
    taken = bytearray(400_000_000)
except MemoryError:
    raise SystemExit('refused')`,
    );
    await run(['python3', 'memory.py']);
    await expect(run(['python3', 'memory.py'], 30, { memory_mb: 256 })).rejects.toMatchObject({
      log: expect.stringContaining('refused'),
    });
  });
});
