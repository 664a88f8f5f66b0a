/**
 * The attacker commits Python, or lets a host answer, so that reading it takes for ever: while the bot reads, it
 * answers nobody. Whatever the input is, nothing else may wait longer than 50 ms, and the reading must end.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { causeIn } from '../../src/deploy/log-cause.ts';
import { parseAnswer } from '../../src/host/answer.ts';
import { passedTests } from '../../src/source/passed-tests.ts';
import { createPythonCheck } from '../../src/source/python-check.ts';
import { blocksNobody } from '../support/event-loop.ts';
import { pythonFiles } from './support/hostile.ts';

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
  test.each(Object.entries(pythonFiles))(
    '%s',
    async (name, text) => {
      const directory = tree(`python-${name}`, { 'a.py': text });
      const files = (round: number) => [{ path: 'a.py', sha256: `${name}-${round}`, bytes: 1 }];
      let round = 0;
      await blocksNobody(() =>
        python.check(
          { directory, files: files((round += 1)), version: '3.11' },
          new AbortController().signal,
        ),
      );
    },
    120_000,
  );
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
    await blocksNobody(() => causeIn(log));
    await blocksNobody(() => passedTests({ output: line.slice(0, 400_000), whole: true }));
  });

  test('a log of many nested tracebacks', async () => {
    const log = Array.from(
      { length: 3_000 },
      (_, at) => `${' '.repeat(at)}Traceback (most recent call last):`,
    );
    await blocksNobody(() => causeIn(log));
  });
});
