import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCommands } from '../../src/source/team-command.ts';
import { until } from '../support/until.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'team-command-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const commands = createCommands();
const run = (script: string, seconds = 30, signal = new AbortController().signal) =>
  commands.run(
    { name: 'unit tests', run: ['sh', '-c', script], timeout_seconds: seconds },
    folder,
    signal,
  );
const gone = (pid: string) => {
  try {
    return !readFileSync(`/proc/${pid.trim()}/stat`, 'utf8').includes(') S ');
  } catch {
    return true;
  }
};
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

test('one that ends in time passes, and says how many tests did', async () => {
  expect(await run('echo; echo Ran 3 tests in 0.1s >&2; echo; echo OK >&2')).toEqual({ passed: 3 });
  expect(await run('true')).toEqual({ passed: undefined });
});

test('one that fails is told with its last lines', async () => {
  await expect(run('echo first; echo the reason >&2; exit 3')).rejects.toMatchObject({
    code: 'check-failed',
    message: expect.stringMatching(
      /^unit tests exited 3: first\nthe reason$|exited 3: the reason\nfirst$/,
    ),
    log: expect.stringContaining('the reason'),
  });
});

test('one that ignores SIGTERM and then ends well was cut: it has not passed', async () => {
  const script = `trap '' TERM; echo $$ > pid; while [ ! -e late ]; do sleep 0.1; done; exit 0`;
  await expect(run(script, 1)).rejects.toMatchObject({
    code: 'check-failed',
    message: expect.stringContaining('did not end within 1 s'),
  });
  expect(gone(read('pid'))).toBe(true);
});

test('one that answers SIGTERM with exit 0 was cut as well', async () => {
  const script = `trap 'exit 0' TERM; sleep 600 & wait`;
  await expect(run(script, 0.5)).rejects.toMatchObject({
    message: expect.stringContaining('did not end within 0.5 s'),
  });
});

test('its children are ended with it, the stubborn ones too', async () => {
  const child = `trap '' TERM; echo $$ > pid; sleep 600; sleep 600`;
  await expect(run(`sh -c "${child.replaceAll('$', '\\$')}"; exit 0`, 1)).rejects.toThrow(
    'within 1 s',
  );
  await until(() => gone(read('pid')));
});

test('a child that it leaves behind holds nothing up, and is ended', async () => {
  expect(await run('sleep 600 & echo $! > pid; echo Ran 1 test in 0s')).toEqual({ passed: 1 });
  await until(() => gone(read('pid')));
});

test('one that left the group holds nothing up either', async () => {
  expect(await run('setsid sleep 600 & echo $! > pid; sleep 0.1')).toEqual({ passed: undefined });
  process.kill(Number(read('pid')));
});

test('it is ended when the deployment is stopped', async () => {
  const stop = new AbortController();
  const ended = run('echo $$ > pid; sleep 600', 30, stop.signal);
  await until(() => {
    try {
      return read('pid') !== '';
    } catch {
      return false;
    }
  });
  stop.abort(new Error('cancelled'));
  await expect(ended).rejects.toThrow('cancelled');
  expect(gone(read('pid'))).toBe(true);
});

test('one that reads from its terminal finds none; one that is not there is named', async () => {
  expect(await run('cat')).toEqual({ passed: undefined });
  const missing = { name: 'lint', run: ['no-such-program'], timeout_seconds: 5 };
  await expect(commands.run(missing, folder, new AbortController().signal)).rejects.toThrow(
    'lint could not be started: no-such-program was not found on this machine',
  );
});

test('it gets none of the tokens of the bot', async () => {
  process.env['SLACK_BOT_TOKEN'] = 'xoxb-for-this-test';
  await run('env > seen').finally(() => delete process.env['SLACK_BOT_TOKEN']);
  expect(read('seen')).not.toContain('xoxb-');
});

test('endless output is cut to its end', async () => {
  const { passed } = await run('yes ok 1 | head -c 3000000; echo; echo "# pass 7"');
  expect(passed).toBe(7);
});
