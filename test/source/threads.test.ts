import { expect, test } from '@jest/globals';
import { threadId } from 'node:worker_threads';
import { ThreadPool } from '../../src/source/threads.ts';
import { until } from '../support/until.ts';

const echo = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, threadId } from 'node:worker_threads';
    parentPort.on('message', (question) => parentPort.postMessage({ question, threadId }));
  `)}`,
);
interface Echo {
  question: string;
  threadId: number;
}
const never = new AbortController().signal;
const poolOf = (idleMs: number) => new ThreadPool<string, Echo>({ script: echo, most: 2, idleMs });

test('a thread ends when it was idle, and the next question gets a new one', async () => {
  const pool = poolOf(20);
  const first = await pool.ask('one', never);
  await until(() => pool.size === 0);
  const second = await pool.ask('two', never);
  expect([first.question, second.question]).toEqual(['one', 'two']);
  expect(new Set([first.threadId, second.threadId, threadId]).size).toBe(3);
});

test('a thread with questions stays, and answers them in order', async () => {
  const pool = poolOf(60_000);
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((word) => pool.ask(word, never)));
  expect(answers.map(({ question }) => question)).toEqual(['a', 'b', 'c', 'd']);
  expect(pool.size).toBe(2);
  expect(new Set(answers.map((answer) => answer.threadId)).size).toBe(2);
});

test('warm threads that nobody asks end as well', async () => {
  const pool = poolOf(20);
  pool.warm();
  expect(pool.size).toBe(2);
  await until(() => pool.size === 0);
});
