import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { packageJson } from '../packaging/support/files.ts';
import { temporaryFolder } from '../source/repository.ts';

const root = path.join(import.meta.dirname, '..', '..');
const folder = temporaryFolder();

/** Runs `npm run <script>` as npm does, without npm: `node` is `program`, with these options before the file. */
function runScript(script: string, program: string, ...options: string[]) {
  const words = (packageJson.scripts[script] ?? '').split(' ');
  expect(words[0]).toBe('node');
  return spawnSync(program, [...options, ...words.slice(1), '--help'], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder },
  });
}

/** An option with which this Node passes for another version. */
function passFor(version: string): string {
  const code = `Object.defineProperty(process, 'versions', {
    value: { ...process.versions, node: '${version}' },
  });`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

test.each(['start', 'argo-bot', 'demo'])(
  'npm run %s on an old Node says which Node is needed and how to get it',
  (script) => {
    const { status, stderr } = runScript(script, process.execPath, passFor('20.20.2'));
    expect(stderr).toBe(
      `argo-bot needs an official Node of 22.18 or newer. ${process.execPath} is Node 20.20.2.
Install Node 24 for all users, as root: npm install --global --prefix /usr/local node@24
Or from https://nodejs.org/en/download. Then open a new shell, and type the command again.
`,
    );
    expect(status).toBe(1);
  },
);

const noTypeScript = '--no-experimental-strip-types';

test('a Node that is new enough but cannot run TypeScript is named as such', () => {
  const { status, stderr } = runScript(
    'argo-bot',
    process.execPath,
    noTypeScript,
    passFor('23.1.0'),
  );
  expect(stderr).toContain('is Node 23.1.0, which cannot run TypeScript.\n');
  expect(status).toBe(1);
});

test.each(['22.18.0', '24.21.0'])('Node %s runs the command line', (version) => {
  const { status, stdout } = runScript('argo-bot', process.execPath, passFor(version));
  expect(stdout).toContain('Usage: argo-bot');
  expect(status).toBe(0);
});

test('all that start the command line go through the check', () => {
  expect(packageJson.bin).toEqual({ 'argo-bot': 'src/argo-bot.js' });
  for (const file of ['Dockerfile', 'docker-compose.yml', 'docs/how-to/install.md']) {
    const text = readFileSync(path.join(root, file), 'utf8');
    expect(text).toContain('src/argo-bot.js');
    expect(text).not.toContain('src/cli.ts');
  }
});
