import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../source/repository.ts';

const cli = path.join(import.meta.dirname, '..', '..', 'src', 'cli.ts');

/** The bot refuses to start without tokens, but only after its code is loaded. */
function startBot(data: string): void {
  const env = { PATH: process.env['PATH'] ?? '', ARGO_DATA: data };
  const { status } = spawnSync(process.execPath, [cli, 'bot'], { cwd: temporaryFolder(), env });
  expect(status).not.toBe(0);
}

test('a part keeps its compiled code in its data folder', () => {
  const data = path.join(temporaryFolder(), 'data');
  mkdirSync(data);
  startBot(data);
  const [version = ''] = readdirSync(path.join(data, 'compiled'));
  expect(readdirSync(path.join(data, 'compiled', version)).length).toBeGreaterThan(100);
});

test('a part does not make its data folder before it is checked', () => {
  const data = path.join(temporaryFolder(), 'data');
  startBot(data);
  expect(existsSync(data)).toBe(false);
});
