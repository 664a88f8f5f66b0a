import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NoAnswer, ProcessPool } from '../../src/source/process-pool.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'argo-pool-'));
const echo = pathToFileURL(join(folder, 'echo.mjs'));
const poolScript = pathToFileURL(join(import.meta.dirname, '../../src/source/process-pool.ts'));
const answering = pathToFileURL(join(import.meta.dirname, '../../src/source/answer-questions.ts'));
beforeAll(() => {
  writeFileSync(
    echo,
    `import { answerQuestions } from '${answering.href}';
    answerQuestions({ answer: (question) => ({
      busy: question === 'busy' && Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
      question,
      pid: process.pid,
      names: Object.keys(process.env),
      stopped: question === 'stop' && process.kill(process.pid, 'SIGTERM'),
    }) });`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Echo {
  question: string;
  pid: number;
  names: string[];
}
const never = new AbortController().signal;
const poolOf = (idleMs: number) =>
  new ProcessPool<string, Echo>({ script: echo, most: 2, limitMs: 60_000, idleMs });

test('a process ends when it was idle, and the next question gets a new one', async () => {
  const pool = poolOf(20);
  const first = await pool.ask('one', never);
  await until(() => pool.size === 0);
  const second = await pool.ask('two', never);
  expect([first.question, second.question]).toEqual(['one', 'two']);
  expect(new Set([first.pid, second.pid, process.pid]).size).toBe(3);
});

test('a process with questions stays, and answers them in order', async () => {
  const pool = poolOf(60_000);
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((word) => pool.ask(word, never)));
  expect(answers.map(({ question }) => question)).toEqual(['a', 'b', 'c', 'd']);
  expect(pool.size).toBe(2);
  expect(new Set(answers.map((answer) => answer.pid)).size).toBe(2);
});

test('warm processes that nobody asks end as well', async () => {
  const pool = poolOf(20);
  pool.warm();
  expect(pool.size).toBe(2);
  await until(() => pool.size === 0);
});

test('it inherits nothing of our environment, and a signal to all does not end it', async () => {
  const pool = poolOf(60_000);
  const first = await pool.ask('stop', never);
  const second = await pool.ask('again', never);
  expect(second.pid).toBe(first.pid);
  expect(first.names.filter((name) => !name.startsWith('NODE_'))).toEqual([]);
});

test('a question that is not wanted any more ends its process, and the next one gets another', async () => {
  const pool = poolOf(60_000);
  const { pid } = await pool.ask('one', never);
  const stop = new AbortController();
  const asked = pool.ask('busy', stop.signal);
  stop.abort();
  await expect(asked).rejects.toThrow(NoAnswer);
  expect((await pool.ask('two', never)).pid).not.toBe(pid);
});

test('none outlives the process that asks', async () => {
  const asking = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { ProcessPool } from '${poolScript.href}';
    const pool = new ProcessPool({ script: new URL('${echo.href}'), most: 1, limitMs: 60_000 });
    const { pid } = await pool.ask('one', new AbortController().signal);
    process.stdout.write(String(pid));
    setInterval(() => {}, 1_000);`,
  ]);
  const [pid]: unknown[] = await once(asking.stdout, 'data');
  asking.kill('SIGKILL');
  await until(() => !existsSync(`/proc/${String(pid)}`));
});
