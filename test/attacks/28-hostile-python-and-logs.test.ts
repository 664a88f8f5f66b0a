/**
 * The attacker commits Python, or lets a host answer, so that reading it takes for ever: while the bot reads, it
 * answers nobody. Whatever the input is, nothing else may wait longer than 50 ms, and the reading must end.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StageFailed } from '../../src/deploy/record/errors.ts';
import { causeLines } from '../../src/deploy/failure/log-cause.ts';
import { createRedactor } from '../../src/deploy/secrets/redactor.ts';
import { cleanDeepInSlices } from '../../src/deploy/secrets/clean-record.ts';
import { cleanEnd, cleanStart } from '../../src/deploy/secrets/clean-ends.ts';
import { parseAnswer } from '../../src/host/run/answer.ts';
import { interpretExit } from '../../src/host/run/interpret-exit.ts';
import { explainNotStarted } from '../../src/host/run/login-shell.ts';
import { passedTests } from '../../src/source/checks/passed-tests.ts';
import { createPythonCheck } from '../../src/source/python/python-check.ts';
import { folderTree } from '../../src/source/tree/folder-tree.ts';
import { blocksNobody } from '../support/event-loop.ts';
import { pythonFiles } from './support/hostile.ts';

// A busy machine needs every try.
jest.setTimeout(300_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'attack-hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function tree(name: string, files: Record<string, string>): string {
  const root = join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

describe('Python', () => {
  const python = createPythonCheck({ warm: true });
  test.each(Object.entries(pythonFiles))('%s', async (name, text) => {
    const directory = tree(`python-${name}`, { 'a.py': text });
    const files = (round: number) => [{ path: 'a.py', sha256: `${name}-${round}`, bytes: 1 }];
    let round = 0;
    await blocksNobody(() =>
      python.check(
        { tree: folderTree(directory), files: files((round += 1)), version: '3.11' },
        new AbortController().signal,
      ),
    );
  });
});

describe('what a host says', () => {
  test.each([
    ['lines', 'key\tvalue\n'.repeat(400_000)],
    ['one line', `key\t${'x'.repeat(4_000_000)}`],
    ['no newline of a key', 'a'.repeat(4_000_000)],
    ['tabs', '\t'.repeat(4_000_000)],
  ])('an answer of megabytes: %s', async (_name, stdout) => {
    await blocksNobody(() => {
      try {
        parseAnswer({ stdout, stderr: '', what: 'x', host: 'host-1' }).maybe('key');
      } catch (error) {
        expect(error).toMatchObject({ code: 'unreadable-answer' });
      }
    });
  });

  test.each([
    ['letters', 'A'.repeat(1_000_000)],
    ['blanks', ' '.repeat(1_000_000)],
    ['words', 'Error Exception '.repeat(60_000)],
    ['tokens', 'a1B2c3D4/e5=F6 '.repeat(60_000)],
    ['escapes', '\\\\n\\u0041%41&amp;'.repeat(60_000)],
  ])('a log with lines of a megabyte: %s', async (_name, line) => {
    const log = Array.from({ length: 4 }, () => line);
    await blocksNobody(async () => {
      causeLines(log);
      await nextTurn();
      passedTests({ output: line.slice(0, 400_000), whole: true });
    });
  });

  test('a log of many nested tracebacks', async () => {
    const log = Array.from(
      { length: 8_000 },
      (_, at) => `${' '.repeat(at)}Traceback (most recent call last):`,
    );
    await blocksNobody(() => causeLines(log));
  });
});

/** As a host may write it, one line of a megabyte; with what makes cleaning it dear. */
const lines = {
  plain: 'INFO engine order filled at 12.5 ',
  words: 'Error Exception ',
  escaped: String.raw`\\\\n\u0041%41&amp;`,
  percent: '%41%42%c3%ab',
  told: 'token=abc1Zx98 ',
  headings: '\n2026-11-28T18:45:26+0000 a a[',
  tokens: 'eyJaaaaaaaa',
};

/** Pieces of a secret that are in no mask. */
const piecesOf = (secret: string): string[] =>
  Array.from({ length: secret.length - 4 }, (_, at) => secret.slice(at, at + 5));

describe('what is learned and what a host writes', () => {
  const redactor = createRedactor();
  const secrets = Array.from({ length: 2_000 }, (_, at) =>
    createHash('sha256')
      .update(`${at}`)
      .digest('base64')
      .slice(0, 12 + (at % 30)),
  );
  beforeAll(() => redactor.learn(secrets));
  const clean = (text: string) => redactor.cleanInSlices(text);
  const [first = '', last = ''] = [secrets[0], secrets[1]];

  const texts = Object.entries({ ...lines, secrets: `${first} ` });
  test.each(texts)('a megabyte of it: %s', async (_name, piece) => {
    const text = `${piece.repeat(Math.ceil(1_000_000 / piece.length))} ${last} end`;
    const cleaned: string[] = [];
    // The cause of a failed command, the end of its log, and what a login shell says.
    await blocksNobody(async () => {
      const ended = { started: true, code: 1, signal: null, stdout: '', stderr: text };
      const run = { what: 'x', host: 'host-1', user: 'root', redact: clean };
      const failure: unknown = await interpretExit(ended, run).catch((error: unknown) => error);
      if (!(failure instanceof StageFailed)) throw new Error('no failure');
      cleaned.push(failure.message, failure.log ?? '');
      cleaned.push((await explainNotStarted(run, { ...ended, started: false }, '')).log ?? '');
      await nextTurn();
      // The log of a stage, on its way into the journal and into a thread.
      const event = { type: 'done', log: text, facts: {} };
      cleaned.push((await cleanDeepInSlices(redactor, event)).log);
    });
    for (const one of cleaned) {
      expect(one).not.toContain(last);
      expect(one).toMatch(/\[secret\] end$/);
    }
  });

  test('no half of a secret stays where a text is cut', async () => {
    const secret = secrets[29] ?? '';
    for (let at = 0; at <= secret.length; at += 3) {
      const text = `${'x '.repeat(9_000)}${secret}${' y'.repeat(9_000)}`;
      // Without a margin the first and the last character of these would be in the middle of the secret.
      const end = await cleanEnd(clean, text, 18_000 + at);
      const start = cleanStart((one) => redactor.clean(one), text, 18_000 + at);
      for (const one of [end, start])
        expect(piecesOf(secret).filter((piece) => one.includes(piece))).toEqual([]);
    }
  });
});
