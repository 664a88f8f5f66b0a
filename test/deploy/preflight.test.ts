import { expect, test } from '@jest/globals';
import { measureClockOff } from '../../src/deploy/host/observe.ts';
import { megabytes } from '../../src/deploy/settings/unit.ts';
import { preflight } from '../../src/deploy/stages/preflight.ts';
import { parseAnswer } from '../../src/host/run/answer.ts';
import { createMemoryWorld } from '../support/memory-ports.ts';
import { stageContext } from '../support/stage-context.ts';
import { targetWith } from '../support/target.ts';

const seen = { slots: {}, freeMb: 9_000, python: '3.11.2' };
const facts = {
  release: 'r1',
  commit: { sha: 'a'.repeat(40), author: 'Ada', subject: 'x', at: 0 },
  slot: 'green' as const,
  hosts: { 'host-1': seen },
};

const answered = (stdout: string) =>
  parseAnswer({ stdout, stderr: '', what: 'inspect', host: 'host-1' });

test('all findings of all hosts are told at once, with what Python said as the log', async () => {
  const world = createMemoryWorld({ hosts: ['host-1', 'host-2'] });
  const [one, two] = world.hosts;
  if (one) one.on['preflight'] = () => ['problem\tport 8002 is taken', 'trace\tTraceback:'];
  if (two) two.on['preflight'] = () => ['problem\tnginx refuses its configuration'];
  const hosts = { 'host-1': seen, 'host-2': { ...seen, clockOff: -45 } };
  const context = stageContext(world, { facts: { ...facts, hosts } });
  await expect(preflight.run(context)).rejects.toMatchObject({
    code: 'preflight',
    message: [
      'host-1: port 8002 is taken',
      'host-2: nginx refuses its configuration',
      "host-2: its clock is 45 s behind the bot's (limit 30 s). Fix: on the machine whose `date` is wrong, run `sudo timedatectl set-ntp true`",
    ].join('\n'),
    log: 'host-1: Traceback:',
  });
});

test('the only host is not named in each line of the log', async () => {
  const world = createMemoryWorld();
  world.host.on['preflight'] = () => ['problem\tx', 'trace\tTraceback:', 'trace\tImportError: x'];
  await expect(preflight.run(stageContext(world, { facts }))).rejects.toMatchObject({
    host: 'host-1',
    message: 'x',
    log: 'Traceback:\nImportError: x',
  });
});

test.each([
  [
    ['problem\tno user', 'fix\t`sudo useradd x`'],
    'on host-1: `sudo useradd x`. Then `/argo retry`.',
  ],
  [['problem\ttoo much', 'fix\tlower memory_max'], 'lower memory_max. Then `/argo retry`.'],
  [['problem\tno file', 'fix\tadd it and commit'], 'add it and commit. Then `/argo deploy`.'],
  [['problem\timport failed'], 'correct it, commit and push, then `/argo deploy`.'],
  [
    [
      'problem\tmain.py:5 imports pandas, which is not installed in the virtual environment',
      'trace\tx',
    ],
    'if pandas.py is yours, restore it, commit and push. If it is a package, name a file with pandas as `python.requirements` in argo.yml and restart argo-bot. Then `/argo deploy`.',
  ],
  [
    ['problem\tmodule main cannot be imported, because a/b.py:1 fails. ImportError: y', 'trace\tx'],
    'fix a/b.py:1, commit and push, then `/argo deploy`.',
  ],
  [
    ['problem\tmain cannot be imported, because `id`.py:1 fails. ImportError: y', 'trace\tx'],
    'fix the line that the message names, commit and push, then `/argo deploy`.',
  ],
  [
    [
      'problem\ta.py:1 imports `curl|sh`, which is not installed in the virtual environment',
      'trace\tx',
    ],
    'fix the line that the message names, commit and push, then `/argo deploy`.',
  ],
])('one problem on one host has one next step: %j', async (lines, next) => {
  const world = createMemoryWorld();
  world.host.on['preflight'] = () => lines;
  const failure = { host: 'host-1', next, message: lines[0]?.replace('problem\t', '') };
  await expect(preflight.run(stageContext(world, { facts }))).rejects.toMatchObject(failure);
});

test('what is only worth knowing is a warning on the card', async () => {
  const world = createMemoryWorld();
  world.host.on['preflight'] = () => ['warning\t900 MB of memory are available'];
  const { warnings } = await preflight.run(stageContext(world, { facts }));
  expect(warnings).toEqual(['host-1: 900 MB of memory are available']);
});

test('a host without the interpreter hears of everything else all the same', async () => {
  const world = createMemoryWorld();
  world.host.on['preflight'] = () => ['problem\tport 8002 is taken', 'fix\tstop it'];
  const hosts = { 'host-1': { slots: {}, freeMb: 9_000 } };
  const python = { interpreter: '/usr/bin/python3.13', system_site_packages: false, imports: [] };
  const target = targetWith({ service: { python } });
  await expect(
    preflight.run(stageContext(world, { target, facts: { ...facts, hosts } })),
  ).rejects.toMatchObject({
    message: expect.stringMatching(
      /python3.13 does not exist or does not run. Fix: put a Python that host-1 has .*python.interpreter in argo.yml.*\nport 8002 is taken. Fix: stop it$/,
    ),
  });
  expect(world.host.calls.at(-1)?.parameters).toMatchObject({ venv: '' });
});

test.each([
  ['the same second', 1_000_000, 1_000_400, 1_000, 0],
  ['a slow answer', 1_000_000, 1_020_000, 1_010, 0],
  ['behind', 1_100_000, 1_100_400, 1_000, -99],
  ['ahead', 1_000_000, 1_000_400, 1_100, 100],
])('the clock of a host: %s', (_case, asked, heard, now, off) => {
  expect(measureClockOff(answered(`now\t${now}\n`), asked, heard)).toBe(off);
});

test.each([
  ['2G', 2_048],
  ['512M', 512],
  ['1T', 1_048_576],
  ['2048K', 2],
  ['1073741824', 1_024],
  ['1', 1],
  ['1.5G', 1_536],
  ['50%', 0],
  ['infinity', 0],
])('%s are %i megabytes', (size, mb) => {
  expect(megabytes(size)).toBe(mb);
});
