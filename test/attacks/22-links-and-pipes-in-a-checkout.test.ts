/**
 * The attacker commits links that lead to a file of the bot (its SSH key), or puts a pipe where a file is expected,
 * and has it read as config, requirements, template, ignore file, Python version or ruff settings. Nothing of the
 * key may be read, sent or told, and nothing may wait for a pipe that nobody writes to.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { text as streamText } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { readInside } from '../../src/deploy/untrusted/safe-file.ts';
import { readTemplate } from '../../src/deploy/release/unit-template.ts';
import { packFiles } from '../../src/host/run/tar.ts';
import { createConfigSource } from '../../src/source/service-config/config-source.ts';
import { discover } from '../../src/source/tree/discover.ts';
import { ruffSettings } from '../../src/source/python/ruff-settings.ts';
import { declaredVersion } from '../../src/source/python/target-version.ts';
import { requirementsIn } from '../../src/source/requirements/requirements.ts';
import { folderTree } from '../../src/source/tree/folder-tree.ts';
import { temporaryFolder, writeFiles } from '../source/repository.ts';
import { targetWith } from '../support/target.ts';

const KEY = 'c2VjcmV0IGtleSBvZiB0aGUgYm90';
const settings = {
  required: [],
  encrypted: [],
  ignore_file: '.deployignore',
  max_file_bytes: 1_000_000,
  max_release_bytes: 1_000_000,
};

/** A checkout beside the bot's key, which has the content of whatever file the attacker aims at. */
function setUp(content = KEY) {
  const folder = temporaryFolder();
  const checkout = path.join(folder, 'checkout');
  writeFiles(folder, { 'keys/argo': content, 'checkout/main.py': 'print(1)\n' });
  const name = (kind: string, file: string): string => {
    const full = path.join(checkout, file);
    if (kind === 'a link to it') symlinkSync('../keys/argo', full);
    else if (kind === 'an absolute link to it') symlinkSync(path.join(folder, 'keys/argo'), full);
    else if (kind === 'a pipe') execFileSync('mkfifo', [full]);
    else if (kind === 'a device') symlinkSync('/dev/zero', full);
    else {
      symlinkSync('../keys', path.join(checkout, 'folder'));
      return 'folder/argo';
    }
    return file;
  };
  return { folder, checkout, name };
}

const KINDS = [
  'a link to it',
  'an absolute link to it',
  'below a link to its folder',
  'a pipe',
  'a device',
];

describe.each(KINDS)('%s', (kind) => {
  test('is not read', () => {
    const { checkout, name } = setUp();
    const file = name(kind, 'file');
    expect(readInside(checkout, file, 100)).toMatchObject({
      kind: kind === 'a pipe' ? 'not-regular' : 'outside',
    });
  });

  test('is no config', async () => {
    const { checkout, name } = setUp(`{"key": "${KEY}"}`);
    const file = kind.startsWith('below') ? 'folder/argo.json' : name(kind, 'config.json');
    if (kind.startsWith('below')) {
      symlinkSync('../keys', path.join(checkout, 'folder'));
      writeFiles(path.join(checkout, '../keys'), { 'argo.json': `{"key": "${KEY}"}` });
    }
    const source = createConfigSource({ fingerprintKey: 'k' });
    const failure: unknown = await source
      .read(file, folderTree(checkout), { rules: [], probes: [] })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'config-missing' });
    expect(String(failure)).not.toContain(KEY);
  });

  test('names no requirements, and is in no release', async () => {
    const { checkout, name } = setUp(`./${KEY}.whl\n`);
    const file = name(kind, 'requirements.txt');
    const found = await discover(folderTree(checkout), settings);
    expect(found.files.map((one) => one.path)).toEqual(['main.py']);
    expect(found.problems).toHaveLength(1);
    const { requirements, problems } = await requirementsIn(folderTree(checkout), found, {
      requirements: file,
      addresses: [],
      wheels: undefined,
      require_hashes: false,
      only_binary: false,
    });
    expect(requirements.projects).toBe('none');
    expect(JSON.stringify(problems)).not.toContain(KEY);
  });

  test('is no unit template', async () => {
    const { checkout, name } = setUp();
    const target = targetWith({ service: { unit: { template: name(kind, 'a.service') } } });
    const failure: unknown = await readTemplate(target, {
      ...folderTree(checkout),
      sha: '1'.repeat(40),
    }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unit-template' });
    expect(String(failure)).not.toContain(KEY);
  });

  test('is not sent, even where it took the place of a file meanwhile', async () => {
    const { checkout, name } = setUp();
    const file = name(kind, 'later.py');
    const files = [{ path: file, mode: 0o644 }];
    await expect(
      streamText(packFiles(folderTree(checkout), files, [], { mtime: 0 })),
    ).rejects.toMatchObject({
      code: 'files-changed',
      message: expect.not.stringContaining(KEY),
    });
  });
});

describe.each(KINDS.filter((kind) => !kind.startsWith('below')))('%s', (kind) => {
  test('keeps no rules, no Python version and no ruff settings', async () => {
    const { checkout, name } = setUp('3.9\n');
    name(kind, '.python-version');
    expect(await declaredVersion(folderTree(checkout))).toBe('3.13');
    const rules = setUp('main.py\n');
    rules.name(kind, '.deployignore');
    const { files, problems } = await discover(folderTree(rules.checkout), settings);
    expect(files.map((one) => one.path)).toEqual(['main.py']);
    expect(problems.length).toBeGreaterThan(0);
    const other = setUp('builtins = ["key"]\n');
    other.name(kind, 'ruff.toml');
    expect([...(await ruffSettings(folderTree(other.checkout))('main.py')).builtins]).toEqual([]);
  });
});

/** Puts a link in the place of a folder and takes it away again, as fast as it can. */
const SWAP = `
const { workerData, parentPort } = require('node:worker_threads');
const { renameSync } = require('node:fs');
const { checkout, stop } = workerData;
const move = (from, to) => renameSync(checkout + '/' + from, checkout + '/' + to);
parentPort.postMessage('begins');
while (Atomics.load(stop, 0) === 0) {
  move('folder', 'aside'); move('link', 'folder');
  move('folder', 'link'); move('aside', 'folder');
}`;

test('is not read where a link takes the place of its folder between two looks', async () => {
  const { checkout } = setUp();
  writeFiles(checkout, { 'folder/argo': 'harmless', 'link → ../keys': '' });
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const swapping = new Worker(SWAP, { eval: true, workerData: { checkout, stop } });
  const seen = new Map<string, number>();
  try {
    await once(swapping, 'message');
    for (let times = 0; times < 50_000; times += 1) {
      const found = readInside(checkout, 'folder/argo', 100);
      const what = found.kind === 'file' ? String(found.content) : found.kind;
      seen.set(what, (seen.get(what) ?? 0) + 1);
    }
  } finally {
    Atomics.store(stop, 0, 1);
    await once(swapping, 'exit');
  }
  expect(seen.get('harmless')).toBeGreaterThan(100);
  expect(seen.get('outside')).toBeGreaterThan(100);
  expect(seen.get(KEY)).toBeUndefined();
});

test('links that stay inside are followed, and a file has a limit', () => {
  const { checkout } = setUp();
  writeFiles(checkout, { 'sub/a.txt': 'text', 'b.txt → sub/a.txt': '', 'c → sub': '' });
  for (const file of ['b.txt', 'c/a.txt', 'sub/a.txt']) {
    expect(readInside(checkout, file, 4)).toMatchObject({ content: Buffer.from('text') });
  }
  expect(readInside(checkout, 'b.txt', 3)).toMatchObject({ kind: 'too-large' });
  expect(readInside(checkout, '../keys/argo', 100)).toMatchObject({ kind: 'outside' });
  expect(readInside(checkout, 'nothing', 100)).toMatchObject({ kind: 'missing' });
});
