import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatManifest, formatModes } from '../../src/deploy/release/manifest.ts';
import { trustedFolder } from '../support/trusted-folder.ts';
import { scriptNamed } from '../../src/host/run/script-text.ts';

let root: string;
beforeEach(() => {
  root = trustedFolder();
  mkdirSync(join(root, 'releases'));
});
afterEach(() => rmSync(root, { recursive: true }));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const mode = (path: string): number => statSync(join(root, 'releases', path)).mode & 0o777;

interface File {
  path: string;
  content: string;
  mode: number;
}

/** Sends these files of a release; answers what upload.sh says of modes. */
function upload(release: string, base: string, all: File[], sent: File[]): string[] {
  const from = join(root, 'from');
  rmSync(from, { recursive: true, force: true });
  const named = all.map((file) => ({ ...file, sha256: sha256(file.content) }));
  const manifest = formatManifest(named);
  const kept = [
    { path: '.argo/manifest', content: manifest, mode: 0o644 },
    { path: '.argo/modes', content: formatModes(all), mode: 0o644 },
  ];
  for (const file of [...sent, ...kept]) {
    mkdirSync(dirname(join(from, file.path)), { recursive: true });
    writeFileSync(join(from, file.path), file.content);
    chmodSync(join(from, file.path), file.mode);
  }
  const names = [...sent, ...kept].map(({ path }) => path);
  const tar = execFileSync('tar', ['-C', from, '-cf', '-', '--', ...names]);
  const head = `root=${root}\ndeployment=d-1\nepoch=1\nwait=0\nrelease=${release}\nbase=${base}\nmanifest=${sha256(manifest)}\n\n`;
  const { stdout, stderr, status } = spawnSync(
    '/bin/sh',
    ['-c', scriptNamed('upload').text, 'upload'],
    { input: Buffer.concat([Buffer.from(head), tar]), encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('mode\t'))
    .map((line) => line.slice('mode\t'.length));
}

test('a file whose mode alone has changed is asked for anew; the base keeps its own', () => {
  const main = { path: 'main.py', content: 'print(1)\n', mode: 0o644 };
  const start = { path: 'bin/start now', content: '#!/bin/sh\n', mode: 0o644 };
  expect(upload('one', '', [start, main], [start, main])).toEqual([]);
  execFileSync('mv', [join(root, 'releases/.incoming-one'), join(root, 'releases/one')]);

  const runnable = { ...start, mode: 0o755 };
  expect(upload('two', 'one', [runnable, main], [])).toEqual(['bin/start now']);
  expect(upload('two', 'resend', [runnable, main], [runnable])).toEqual([]);
  expect(mode('.incoming-two/bin/start now')).toBe(0o755);
  expect(mode('.incoming-two/main.py')).toBe(0o644);
  expect(mode('one/bin/start now')).toBe(0o644);
});
