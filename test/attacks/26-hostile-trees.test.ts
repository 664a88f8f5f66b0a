/**
 * The attacker commits trees and ignore files that take for ever to read: while the bot reads, it
 * answers nobody. Whatever the input is, nothing else may wait longer than 50 ms, and the reading must end.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discover } from '../../src/source/tree/discover.ts';
import { folderTree } from '../../src/source/tree/folder-tree.ts';
import { blocksNobody, longestBlock } from '../support/event-loop.ts';
import { ignoreFiles } from './support/hostile.ts';

// A busy machine needs every try.
jest.setTimeout(300_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'attack-hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const settings = {
  required: [],
  encrypted: [],
  ignore_file: '.deployignore',
  max_file_bytes: 50_000_000,
  max_release_bytes: 1_000_000_000,
};

function tree(name: string, files: Record<string, string>): string {
  const root = join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

const look = (directory: string) => discover(folderTree(directory), settings);

/** Works for so many ms, however long this thread waits for a processor. */
function block(ms: number): void {
  const before = process.threadCpuUsage().user;
  while (process.threadCpuUsage().user - before < ms * 1_000);
}

test('the measurement sees what blocks', async () => {
  const { ms, workMs } = await longestBlock(() => block(150));
  expect(ms).toBeGreaterThan(100);
  expect(workMs).toBeGreaterThan(50);
  await expect(blocksNobody(() => block(1_000), 1)).rejects.toThrow('nothing else could run for');
});

describe('an ignore file', () => {
  const deep = Array.from({ length: 120 }, () => 'a').join('/');
  test.each(Object.entries(ignoreFiles))('%s', async (name, text) => {
    const root = tree(`ignore-${name}`, { '.deployignore': text, [`${deep}/b.py`]: 'x = 1\n' });
    await blocksNobody(() => look(root));
    const { problems } = await look(root);
    if (problems.length > 0) {
      expect(problems).toEqual([
        {
          path: '.deployignore',
          problem: expect.stringMatching(/limit|is larger than|more than \d+ steps/),
          next: expect.any(String),
        },
      ]);
    }
  });
});

describe('a tree', () => {
  test('of 50,000 files', async () => {
    const root = join(folder, 'many');
    for (let at = 0; at < 50_000; at += 1) {
      if (at % 500 === 0) mkdirSync(join(root, `folder-${at / 500}`), { recursive: true });
      writeFileSync(join(root, `folder-${Math.floor(at / 500)}`, `file-${at}.txt`), `${at}`);
    }
    let found = 0;
    await blocksNobody(async () => {
      found = (await look(root)).files.length;
    });
    expect(found).toBe(50_000);
  });

  test('of links that make a million paths of forty', async () => {
    const root = join(folder, 'links');
    for (let level = 0; level < 20; level += 1) {
      mkdirSync(join(root, `level-${level}`), { recursive: true });
      for (const link of ['left', 'right'])
        symlinkSync(`../level-${level + 1}`, join(root, `level-${level}`, link));
    }
    mkdirSync(join(root, 'level-20'));
    writeFileSync(join(root, 'level-20/file'), 'x');
    await blocksNobody(() => expect(look(root)).rejects.toMatchObject({ code: 'files-too-many' }));
  });
});
