import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { trustedFolder } from '../support/trusted-folder.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../../src/host/scripts/${name}.sh`, import.meta.url), 'utf8');
const prelude = read('prelude');
const fenced = `${prelude}\n${read('parts/path-trust')}\n${read('fence')}\n`;

let root: string;
beforeEach(() => {
  root = trustedFolder();
});
afterEach(() => rmSync(root, { recursive: true }));

const run = (text: string, input: string) =>
  spawnSync('/bin/sh', ['-c', text, 'start-slot'], { input, encoding: 'utf8' });
const head = (epoch: number | string, more = '') =>
  `root=${root}\ndeployment=d-1\nepoch=${epoch}\nwait=0\n${more}\n`;
const state = (file: string): string => readFileSync(join(root, 'state', file), 'utf8');

describe('prelude', () => {
  test('parameters reach the script as data, the payload stays on stdin', () => {
    const value = `it's "x" $HOME \`id\` $(id) \\n * =`;
    const { stdout, status } = run(`${prelude}\nsay got "$p_a"; cat`, `a=${value}\n\npay\nload`);
    expect(stdout).toBe(`got\t${value}\npay\nload`);
    expect(status).toBe(0);
  });

  test.each(['a=1\n', 'a=1', '', 'a=1\nno equals sign\n\n', 'A=1\n\n', 'p;id=1\n\n'])(
    'does nothing on %j',
    (input) => {
      const { status, stdout, stderr } = run(`${prelude}\necho ran`, input);
      expect(stdout).toBe('');
      expect(status).toBe(70);
      expect(stderr).toContain('nothing was done');
    },
  );

  test.each([
    ['echo stopping; return 1', 69],
    ["echo 'Failed to connect to bus: Connection refused' >&2; return 1", 69],
    ['echo running', 70],
    ['echo degraded; return 1', 70],
    ['return 127', 70],
  ])('a failure where systemd answers %j ends with %i', (answer, code) => {
    const script = `systemctl() { ${answer}; }\nfail 'it is not so'`;
    expect(run(`${prelude}\n${script}`, '\n')).toMatchObject({
      status: code,
      stderr: 'it is not so\n',
    });
    expect(run(`${fenced}\n${script}`, head(1))).toMatchObject({ status: code });
    expect(state('journal.jsonl')).toContain('"event":"end","code":70}');
    expect(run(`${fenced}\nsystemctl() { ${answer}; }`, head(1)).status).toBe(0);
  });

  test('a parameter cannot be overwritten, a missing one stops the script', () => {
    expect(run(`${prelude}\nneed a b`, 'a=1\n\n').stderr).toContain('no parameter b');
    expect(run(`${prelude}\np_a=2; echo ran`, 'a=1\n\n').stdout).toBe('');
  });

  test('a payload that was cut is not kept', () => {
    const file = join(root, 'payload');
    const receive = `${prelude}\nreceive "$p_file"; say whole yes`;
    expect(run(receive, `file=${file}\npayload_bytes=5\n\n12345`).stdout).toBe('whole\tyes\n');
    expect(readFileSync(file, 'utf8')).toBe('12345');
    const cut = run(receive, `file=${file}\npayload_bytes=5\n\n123`);
    expect(cut.status).toBe(70);
    expect(cut.stderr).toContain('3 of 5 bytes');
    expect(existsSync(file)).toBe(false);
  });

  test('a value with a line break cannot forge another line', () => {
    expect(run(`${prelude}\nsay a "x\ny"`, '\n')).toMatchObject({ status: 70, stdout: '' });
  });
});

describe('fence', () => {
  test('lets the first epoch in and writes it down', () => {
    const { status, stdout } = run(`${fenced}say ran yes; exit 3`, head(7));
    expect(status).toBe(3);
    expect(stdout).toBe('fence\theld\nran\tyes\n');
    expect(state('epoch')).toBe('7\n');
    expect(state('holder')).toMatch(/^deployment d-1, epoch 7, start-slot, since 20/);
    expect(statSync(join(root, 'state')).mode & 0o777).toBe(0o755);
    const lines = state('journal.jsonl').trim().split('\n');
    const common = {
      at: expect.stringMatching(/Z$/),
      deployment: 'd-1',
      epoch: 7,
      script: 'start-slot',
    };
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      { ...common, event: 'begin' },
      { ...common, event: 'end', code: 3 },
    ]);
  });

  test('stores a higher epoch and refuses a lower one', () => {
    run(fenced, head(7));
    expect(run(`${fenced}say ran yes`, head(7)).status).toBe(0);
    expect(run(`${fenced}say ran yes`, head(12)).status).toBe(0);
    const late = run(`${fenced}say ran yes`, head(8));
    expect(late.status).toBe(76);
    expect(late.stdout).toBe('fence\theld\nepoch\t12\n');
    expect(late.stderr).toContain('follows epoch 12');
    expect(state('epoch')).toBe('12\n');
    expect(state('journal.jsonl').trim().split('\n')).toHaveLength(6);
  });

  test('an orphan that goes on keeps the host; its name is told', async () => {
    const script = `${fenced}sleep 30 >/dev/null 2>&1 & say orphan $!; wait`;
    const shell = spawn('/bin/sh', ['-c', script, 'start-slot']);
    const ended = once(shell, 'close');
    shell.stdin.end(head(7));
    let said = '';
    shell.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      // The shell goes, what it started stays.
      if (said.includes('orphan\t')) shell.kill('SIGKILL');
    });
    await ended;
    const orphan = Number(/orphan\t(\d+)/.exec(said)?.[1]);
    const busy = run(`${fenced}say ran yes`, head(8));
    process.kill(orphan);
    expect(busy.status).toBe(75);
    expect(busy.stdout).toMatch(/^holder\tdeployment d-1, epoch 7, start-slot/);
    expect(state('epoch')).toBe('7\n');
  });

  test.each([
    ['epoch', 'epoch=07'],
    ['epoch', 'epoch=1;id'],
    ['deployment', 'deployment="x"'],
    ['root', 'root=srv'],
    ['root', 'root=/srv/../etc'],
  ])('refuses an unsafe %s: %s', (key, line) => {
    const others = head(1)
      .split('\n')
      .filter((each) => !each.startsWith(`${key}=`));
    const { status, stderr } = run(`${fenced}say ran yes`, [line, ...others].join('\n'));
    expect(status).toBe(70);
    expect(stderr).toContain('nothing was done');
    expect(existsSync(join(root, 'state'))).toBe(false);
  });

  test('an unreadable epoch lets nobody in', () => {
    run(fenced, head(7));
    writeFileSync(join(root, 'state', 'epoch'), '');
    expect(run(`${fenced}say ran yes`, head(99))).toMatchObject({
      status: 70,
      stdout: 'fence\theld\n',
    });
  });

  test('ended by a signal, the end stands in the journal', () => {
    expect(run(`${fenced}kill -TERM $$; say ran yes`, head(7)).status).toBe(143);
    expect(state('journal.jsonl')).toContain('"event":"end","code":143}');
  });

  test('a change that has begun goes on when nobody listens any more', async () => {
    const script = `${fenced}read -r go; say a b; say c d; touch "$p_root/changed"`;
    const child = spawn('/bin/sh', ['-c', script, 'start-slot']);
    child.stdin.write(head(7));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const ended = once(child, 'exit');
    child.stdin.end('go\n');
    expect(await ended).toEqual([0, null]);
    expect(existsSync(join(root, 'changed'))).toBe(true);
  });
});
