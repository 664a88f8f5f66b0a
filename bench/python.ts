// Measures the Python checks alone.
import { execFileSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { folderTree } from '../src/source/tree/folder-tree.ts';
import { createPythonCheck } from '../src/source/python/python-check.ts';
import { median } from './figures.ts';

const count = 300;

export interface PythonTimes {
  files: number;
  bytes: number;
  /** Of a process that has just started: ruff is loaded meanwhile. */
  coldMs: number;
  warmMs: number;
}

/** Real code: modules of Python's own library, under digests that nobody remembers. */
export async function measurePython(rounds: number): Promise<PythonTimes> {
  const folder = execFileSync('python3', ['-c', 'import os; print(os.path.dirname(os.__file__))'], {
    encoding: 'utf8',
  }).trim();
  const names = globSync('**/*.py', { cwd: folder, exclude: ['**/test/**', '**/*-packages/**'] })
    .filter((name) => statSync(join(folder, name)).size > 0)
    .toSorted()
    .slice(0, count);
  const python = createPythonCheck();
  const ask = async (round: number): Promise<number> => {
    const files = names.map((path) => ({ path, sha256: `of ${path} in round ${round}` }));
    const began = performance.now();
    await python.check({ tree: folderTree(folder), files }, new AbortController().signal);
    return performance.now() - began;
  };
  const coldMs = await ask(0);
  const warm: number[] = [];
  for (let round = 1; round <= Math.max(3, rounds); round += 1) warm.push(await ask(round));
  const bytes = names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  return { files: names.length, bytes, coldMs, warmMs: median(warm) };
}
