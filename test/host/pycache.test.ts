import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { trustedFolder } from '../support/trusted-folder.ts';
import { scriptNamed } from '../../src/host/run/script-text.ts';

let root: string;
beforeEach(() => {
  // Through a link, as /opt often is one: Python names its files by the real path.
  const folder = trustedFolder();
  mkdirSync(join(folder, 'real/state'), { recursive: true });
  symlinkSync('real', join(folder, 'root'));
  root = join(folder, 'root');
});
afterEach(() => rmSync(join(root, '..'), { recursive: true }));

const compiled = (path: string): string => join(root, 'pycache', realpathSync(root), path);

function release(name: string, verdict: string): void {
  mkdirSync(join(root, 'releases', name, '.argo'), { recursive: true });
  writeFileSync(join(root, 'releases', name, '.argo/verdict'), `${verdict}\n`);
  mkdirSync(join(compiled('releases'), name, 'core'), { recursive: true });
}

function run(script: string, parameters: Record<string, string | number>): void {
  const all = { root, deployment: 'd-1', epoch: 1, wait: 0, ...parameters };
  const lines = Object.entries(all).map(([key, value]) => `${key}=${value}\n`);
  const { stderr, status } = spawnSync('/bin/sh', ['-c', scriptNamed(script).text, script], {
    input: `${lines.join('')}\n`,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

const place = {
  strategy: 'proxy',
  port_blue: 8001,
  port_green: 8002,
  upstream_file: '/nonexistent/upstream.conf',
};

test('what Python compiled of a release goes with it when room is made', () => {
  for (const name of ['20260101-a', '20260102-b', '20260103-c']) release(name, 'good');
  mkdirSync(compiled('venvs/gone'), { recursive: true });
  const ends = { verdict: 'good', keep: 2, old_unit: 'x.service', old_color: 'blue' };
  run('finish', { ...place, ...ends, release: '20260103-c', old_slot: 'warm' });
  expect(existsSync(join(root, 'releases/20260101-a'))).toBe(false);
  expect(existsSync(compiled('releases/20260101-a'))).toBe(false);
  expect(existsSync(compiled('venvs/gone'))).toBe(false);
  expect(existsSync(compiled('releases/20260102-b/core'))).toBe(true);
  expect(existsSync(compiled('releases/20260103-c/core'))).toBe(true);
});

test('and when a release that went no further is taken away', () => {
  release('20260101-a', 'good');
  release('20260102-b', 'none');
  const units = { unit_blue: 'x-blue.service', unit_green: 'x-green.service' };
  run('cleanup', { ...place, ...units, release: '20260102-b', live_before: '' });
  expect(existsSync(join(root, 'releases/20260102-b'))).toBe(false);
  expect(existsSync(compiled('releases/20260102-b'))).toBe(false);
  expect(existsSync(compiled('releases/20260101-a/core'))).toBe(true);
});

test('so does its environment, if no other release uses it', () => {
  const [own, shared, byHand] = ['a'.repeat(16), 'b'.repeat(16), 'ours'];
  const units = { unit_blue: 'x-blue.service', unit_green: 'x-green.service' };
  for (const name of [own, shared, byHand])
    mkdirSync(join(root, 'venvs', name), { recursive: true });
  mkdirSync(compiled(`venvs/${own}`), { recursive: true });
  release('20260101-a', 'good');
  symlinkSync(`../../../venvs/${shared}`, join(root, 'releases/20260101-a/.argo/venv'));
  for (const [name, venv] of [
    ['20260102-b', own],
    ['20260103-c', shared],
    ['20260104-d', byHand],
  ] as const) {
    release(name, 'none');
    symlinkSync(`../../../venvs/${venv}`, join(root, 'releases', name, '.argo/venv'));
    run('cleanup', { ...place, ...units, release: name, live_before: '' });
  }
  expect(readdirSync(join(root, 'venvs'))).toEqual([shared, byHand]);
  expect(existsSync(compiled(`venvs/${own}`))).toBe(false);
});
