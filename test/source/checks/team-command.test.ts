import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TeamCommandSchema } from '../../../src/deploy/settings/checks.ts';
import { createCommands } from '../../../src/source/checks/team-command.ts';
import { until } from '../../support/until.ts';
import { commandLines } from '../support/command-lines.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'team-command-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const checkoutIn = (tree: string) => ({ tree, folder: '.', remove: async () => undefined });
const commands = createCommands();
const never = new AbortController().signal;
const asked = (declared: Record<string, unknown>, sandbox = true) => ({
  ...TeamCommandSchema.parse({ name: 'unit tests', ...declared }),
  sandbox,
});

const passes = (declared: Record<string, unknown>) =>
  commands.run(asked(declared), checkoutIn(folder), never);

describe.each([true, false])('with a sandbox: %s', (sandbox) => {
  const run = (script: string, seconds = 30, signal = never) => {
    const command = asked({ run: ['sh', '-c', script], timeout_seconds: seconds }, sandbox);
    return commands.run(command, checkoutIn(folder), signal);
  };

  test('one that ends in time passes, and says how many tests did', async () => {
    expect(await run('echo; echo Ran 3 tests in 0.1s >&2; echo; echo OK >&2')).toEqual({
      passed: 3,
    });
    expect(await run('true')).toEqual({ passed: undefined });
  });

  test('one that fails is told with its last lines', async () => {
    await expect(run('echo first; echo the reason >&2; exit 3')).rejects.toMatchObject({
      code: 'check-failed',
      message: expect.stringMatching(
        /^check "unit tests" failed \(exit status 3\)\n(?:first\nthe reason|the reason\nfirst)$/,
      ),
      log: expect.stringContaining('the reason'),
    });
  });

  test('one that a signal ends is told so', async () => {
    await expect(run('kill -ABRT $$')).rejects.toThrow('check "unit tests" was ended by SIGABRT');
  });

  test('one that ignores SIGTERM and then ends well was cut: it has not passed', async () => {
    const script = `trap '' TERM; i=0; while [ $i -lt 40 ]; do sleep 0.1; i=$((i+1)); done; exit 0`;
    await expect(run(script, 1)).rejects.toMatchObject({
      code: 'check-failed',
      message: expect.stringContaining('did not end within 1 s'),
    });
  });

  test('one that answers SIGTERM with exit 0 was cut as well', async () => {
    const script = `trap 'exit 0' TERM; sleep 600 & wait`;
    await expect(run(script, 1)).rejects.toThrow('did not end within 1 s');
  });

  test('its children are ended with it, the stubborn ones too', async () => {
    const child = `trap '' TERM; sleep 61.25; sleep 61.25`;
    await expect(run(`sh -c "${child}"; exit 0`, 1)).rejects.toThrow('within 1 s');
    await until(() => !commandLines().includes('sleep 61.25'));
  });

  test('a child that it leaves behind holds nothing up, and is ended', async () => {
    expect(await run('sleep 61.5 & echo Ran 1 test in 0s')).toEqual({ passed: 1 });
    await until(() => !commandLines().includes('sleep 61.5'));
  });

  test('it is ended when the deployment is stopped', async () => {
    const stop = new AbortController();
    const ended = run('sleep 61.75', 30, stop.signal);
    ended.catch(() => {});
    await until(() => commandLines().includes('sleep 61.75'));
    stop.abort(new Error('cancelled'));
    await expect(ended).rejects.toThrow('cancelled');
    expect(commandLines()).not.toContain('sleep 61.75');
  });

  test('one that reads from its terminal finds none', async () => {
    expect(await run('cat')).toEqual({ passed: undefined });
  });

  test('it gets none of the tokens of the bot', async () => {
    process.env['SLACK_BOT_TOKEN'] = 'xoxb-for-this-test';
    const failing = run('env; exit 1').finally(() => delete process.env['SLACK_BOT_TOKEN']);
    await expect(failing).rejects.toMatchObject({ log: expect.not.stringContaining('xoxb-') });
  });

  test('endless output is cut to its end', async () => {
    const { passed } = await run('yes ok 1 | head -c 3000000; echo; echo "# pass 7"');
    expect(passed).toBe(7);
  });

  test('it works in a copy, which nothing is left of', async () => {
    writeFileSync(join(folder, 'module.py'), 'one = 1\n');
    const temporary = mkdtempSync(join(tmpdir(), 'team-command-tmp-'));
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = temporary;
    try {
      await run('test -s module.py; echo changed > module.py; ln module.py hard; rm -f module.py');
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
    expect(readdirSync(folder)).toEqual(['module.py']);
    expect(readFileSync(join(folder, 'module.py'), 'utf8')).toBe('one = 1\n');
    expect(readdirSync(temporary)).toEqual([]);
    rmSync(temporary, { recursive: true });
  });

  test('the repository around the folder of the service is there', async () => {
    mkdirSync(join(folder, 'app/inside'), { recursive: true });
    writeFileSync(join(folder, 'shared.txt'), 'shared');
    const command = asked({ run: ['grep', 'shared', '../../shared.txt'] }, sandbox);
    const checkout = { ...checkoutIn(folder), folder: 'app/inside' };
    expect(await commands.run(command, checkout, never)).toEqual({ passed: undefined });
  });

  test('one that is not there is named', async () => {
    const missing = asked({ name: 'lint', run: ['no-such-program'] }, sandbox);
    await expect(commands.run(missing, checkoutIn(folder), never)).rejects.toMatchObject({
      code: 'check-failed',
      message: expect.stringMatching(/lint"? could not be started: .*no-such-program/),
    });
  });
});

describe('in the sandbox', () => {
  test('the usual test runners of Python and node work', async () => {
    writeFileSync(
      join(folder, 'test_it.py'),
      `import os, socket, tempfile, unittest, multiprocessing, pathlib
class Works(unittest.TestCase):
    def test_files(self):
        tempfile.NamedTemporaryFile().write(b'x')
        pathlib.Path.home().joinpath('.cache').mkdir()
        open('beside.txt', 'w').close()
    def test_talks_to_itself(self):
        server = socket.create_server(('127.0.0.1', 0))
        socket.create_connection(server.getsockname()).close()
    def test_processes(self):
        with multiprocessing.Pool(2) as pool:
            self.assertEqual(pool.map(abs, [-1, 2]), [1, 2])
    def test_terminal(self):
        os.openpty()
`,
    );
    expect(await passes({ run: ['python3', '-m', 'unittest'] })).toEqual({ passed: 4 });
    writeFileSync(
      join(folder, 'it.test.mjs'),
      "import { test } from 'node:test'; test('one', () => {}); test('two', () => {});",
    );
    const node = join(process.execPath, '..');
    expect(
      await passes({
        run: [process.execPath, '--test', '--test-reporter=tap', 'it.test.mjs'],
        read: [node],
      }),
    ).toEqual({ passed: 2 });
  });

  test('files in it are limited by memory_mb', async () => {
    const fill = ['sh', '-c', 'head -c 200000000 /dev/zero > big'];
    await expect(passes({ run: fill, memory_mb: 100 })).rejects.toMatchObject({
      log: expect.stringContaining('No space left on device'),
    });
  });

  test('so are its processes, of which each has a limit as well', async () => {
    const take = ['python3', '-c', 'x = bytearray(300 << 20); x[::4096] = x[::4096]'];
    await expect(passes({ run: take, memory_mb: 100 })).rejects.toThrow(
      /MemoryError|ended by SIGKILL \(its memory_mb is 100\)/,
    );
  });

  test('a tree that does not fit is told with the setting that makes room', async () => {
    writeFileSync(join(folder, 'big.bin'), Buffer.alloc(80 << 20, 1));
    await expect(passes({ run: ['true'], memory_mb: 64 })).rejects.toMatchObject({
      code: 'no-sandbox',
      next: expect.stringContaining('memory_mb'),
    });
  });

  test('it reads the folders that argo.yml names, and changes nothing there', async () => {
    const extra = mkdtempSync(join(tmpdir(), 'team-command-extra-'));
    chmodSync(extra, 0o755);
    writeFileSync(join(extra, 'data'), 'seen');
    try {
      expect(await passes({ run: ['grep', 'seen', `${extra}/data`], read: [extra] })).toEqual({
        passed: undefined,
      });
      await expect(passes({ run: ['touch', `${extra}/new`], read: [extra] })).rejects.toMatchObject(
        { log: expect.stringContaining('Read-only file system') },
      );
      await expect(passes({ run: ['true'], read: ['/opt/no-such'] })).rejects.toMatchObject({
        code: 'no-sandbox',
        message: expect.stringContaining('/opt/no-such does not exist'),
      });
    } finally {
      rmSync(extra, { recursive: true });
    }
  });
});
