import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scriptNamed } from '../../src/host/run/script-text.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'read-config-test-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(folder: string, content: string): void {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, 'config.json'), content);
}

function read(release: string) {
  const { text } = scriptNamed('read-config');
  const input = `root=${root}\nrelease=${release}\nconfig=config.json\n\n`;
  return spawnSync('/bin/sh', ['-c', text, 'read-config'], { input, encoding: 'utf8' });
}

test('the config of a release comes whole', () => {
  put('releases/20260101-a', '{\n  "a": "x\ty"\n}');
  expect(read('20260101-a').stdout).toBe('{\n  "a": "x\ty"\n}');
});

test('of a slot laid out by hand it is read where that slot is now', () => {
  put('blue', 'by hand');
  expect(read('adopted-blue').stdout).toBe('by hand');
  put('releases/adopted-blue', 'moved aside');
  expect(read('adopted-blue').stdout).toBe('moved aside');
});

test('one that is not there is an error, never an empty config', () => {
  const { status, stdout } = read('20260101-a');
  expect(status).not.toBe(0);
  expect(stdout).toBe('');
});

test('it takes no lock, since a rollback must not wait for it', () => {
  expect(scriptNamed('read-config').fenced).toBe(false);
});
