import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { trustedFolder } from '../support/trusted-folder.ts';
import { scriptNamed } from '../../src/host/run/script-text.ts';

let root: string;
let legacy: string;
let other: string;
beforeEach(() => {
  root = trustedFolder();
  legacy = join(root, 'elsewhere/legacy/config.json');
  other = join(root, 'elsewhere/legacy_config.json');
  mkdirSync(dirname(legacy), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, content: string, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode });
}
const at = (path: string): string => readFileSync(path, 'utf8');
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

function release(name: string, config: string): void {
  put(join(root, 'releases', name, 'config.json'), config);
  put(
    join(root, 'releases', name, '.argo/manifest'),
    `${'0'.repeat(64)}  x\n${sha(config)}  config.json\n`,
  );
}

let epoch = 1;
function run(script: string, more: Record<string, string> = {}) {
  const given = { root, deployment: 'd-1', epoch: epoch++, wait: 0, user: userInfo().username };
  const locations = `${legacy}:${other}`;
  const all = Object.entries({
    ...given,
    locations,
    config: 'config.json',
    required: 'yes',
    ...more,
  });
  const input = `${all.map(([key, value]) => `${key}=${value}\n`).join('')}\n`;
  const { text } = scriptNamed(script);
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', text, script], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n').filter((line) => line !== '' && line !== 'fence\theld');
}

function looked(): string[] {
  return run('look-config').map((line) => {
    const [kind, slot, path, content = ''] = line.replace('place\t', '').split(' ');
    return `${kind} ${slot} ${path?.replace(`${root}/`, '')} ${Buffer.from(content, 'base64').toString()}`;
  });
}

describe('looking at the config of a host', () => {
  test('says nothing of places that are as argo-bot wrote them', () => {
    release('r1', 'one');
    put(join(root, 'blue/config.json'), 'one');
    put(join(root, 'blue/.argo/manifest'), at(join(root, 'releases/r1/.argo/manifest')));
    run('sync-config', { release: 'r1' });
    expect(looked()).toEqual([]);
  });

  test('tells what was edited, what is gone, and what was never ours, whole', () => {
    release('r1', 'one');
    run('sync-config', { release: 'r1' });
    put(join(root, 'blue/.argo/manifest'), at(join(root, 'releases/r1/.argo/manifest')));
    put(join(root, 'blue/config.json'), 'edited\tin the slot\n');
    put(join(root, 'green/config.json'), 'laid out by hand');
    writeFileSync(legacy, '');
    rmSync(other);
    expect(looked()).toEqual([
      'edited blue blue/config.json edited\tin the slot\n',
      'foreign green green/config.json laid out by hand',
      'edited - elsewhere/legacy/config.json ',
      'removed - elsewhere/legacy_config.json ',
    ]);
  });

  test('takes no lock and leaves nothing behind', () => {
    expect(scriptNamed('look-config').fenced).toBe(false);
    writeFileSync(legacy, 'theirs');
    expect(looked()).toEqual(['foreign - elsewhere/legacy/config.json theirs']);
    expect(existsSync(join(root, 'state'))).toBe(false);
  });
});

describe('writing the config to its locations', () => {
  test('keeps what it replaces, and says what was edited in between', () => {
    writeFileSync(legacy, 'theirs');
    release('r1', 'one');
    release('r2', 'two');
    expect(run('sync-config', { release: 'r1' })).toEqual([
      `written\t${legacy}`,
      `written\t${other}`,
    ]);
    expect(at(`${legacy}.argo-previous`)).toBe('theirs');
    expect(statSync(legacy).mode & 0o777).toBe(0o600);
    writeFileSync(legacy, 'by hand');
    expect(run('sync-config', { release: 'r2' })).toEqual([
      `drift\t${legacy}`,
      `written\t${legacy}`,
      `written\t${other}`,
    ]);
    expect(at(`${legacy}.argo-previous`)).toBe('by hand');
    expect(run('sync-config', { release: 'r2' })).toEqual([]);
    expect(at(`${legacy}.argo-previous`)).toBe('by hand');
  });

  test('two paths that differ in a slash and an underscore have memories of their own', () => {
    release('r1', 'one');
    run('sync-config', { release: 'r1' });
    writeFileSync(other, 'by hand');
    expect(looked()).toEqual(['edited - elsewhere/legacy_config.json by hand']);
  });
});

describe('back to what was laid out by hand', () => {
  test('every location is as before argo-bot first wrote to it, however often it did', () => {
    writeFileSync(legacy, 'theirs', { mode: 0o640 });
    for (const name of ['r1', 'r2', 'r3']) {
      release(name, name);
      run('sync-config', { release: name });
    }
    expect(run('restore-config')).toEqual([`restored\t${legacy}`, `restored\t${other}`]);
    expect(at(legacy)).toBe('theirs');
    expect(statSync(legacy).mode & 0o777).toBe(0o640);
    expect(existsSync(other)).toBe(false);
    expect(at(`${other}.argo-previous`)).toBe('r3');
    expect(looked()).toEqual([]);
    expect(run('restore-config')).toEqual([]);
    // Forward again, and back once more.
    run('sync-config', { release: 'r3' });
    expect(at(legacy)).toBe('r3');
    run('restore-config');
    expect(at(legacy)).toBe('theirs');
  });

  test('an edit by hand in between is kept and told', () => {
    writeFileSync(legacy, 'theirs');
    release('r1', 'one');
    run('sync-config', { release: 'r1' });
    writeFileSync(legacy, 'by hand');
    expect(run('restore-config')).toContain(`drift\t${legacy}`);
    expect(at(`${legacy}.argo-previous`)).toBe('by hand');
    expect(at(legacy)).toBe('theirs');
  });

  test('what was never written is left alone, and what was not kept is said', () => {
    writeFileSync(legacy, 'theirs');
    expect(run('restore-config')).toEqual([]);
    put(join(root, 'state/config', legacy.replaceAll('/', '=')), `${sha('x')}\n`);
    expect(run('restore-config')).toEqual([`unknown\t${legacy}`]);
    expect(at(legacy)).toBe('theirs');
  });

  test('the original is kept where only root can look', () => {
    writeFileSync(legacy, 'theirs', { mode: 0o644 });
    release('r1', 'one');
    run('sync-config', { release: 'r1' });
    expect(statSync(join(root, 'state/config/original')).mode & 0o777).toBe(0o700);
  });
});
