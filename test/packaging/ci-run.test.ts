import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

let checkout: string;

/** Ends as it is told to, and leaves the report it is given. */
const npm = `#!/bin/sh
case $1 in
  ci) exit "\${INSTALL:-0}" ;;
  run) exit "\${CHECK:-0}" ;;
  test)
    for given; do case $given in --outputFile=*) file=\${given#*=} ;; esac; done
    [ -z "\${HALF:-}" ] || { printf %s "$HALF" >"$file"; sleep 2; }
    [ -z "\${REPORT:-}" ] || printf %s "$REPORT" >"$file"
    [ -z "\${STRAY:-}" ] || : >stray
    [ -z "\${LINGERS:-}" ] || sleep "$LINGERS"
    exit "\${TESTS:-0}"
    ;;
esac
`;

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'ci-run-'));
  mkdirSync(join(checkout, 'bin'));
  mkdirSync(join(checkout, 'node_modules/.bin'), { recursive: true });
  mkdirSync(join(checkout, 'sandbox/host'), { recursive: true });
  symlinkSync(process.execPath, join(checkout, 'node_modules/.bin/node'));
  cpSync('.ci', join(checkout, '.ci'), { recursive: true });
  writeFileSync(join(checkout, 'bin/npm'), npm);
  chmodSync(join(checkout, 'bin/npm'), 0o755);
  const stubs = {
    'setup.ts':
      'export const sandboxPackages = [];\nexport const browserPackages = [];\nexport const ensurePackages = () => { if (process.env.APT) throw new Error("no apt"); };\n',
    'host/can-boot.ts': 'export const canBootHosts = () => ({ ok: false });\n',
    'host/image.ts': 'export const hostImage = () => {};\n',
  };
  for (const [name, text] of Object.entries(stubs)) {
    writeFileSync(join(checkout, 'sandbox', name), text);
  }
  writeFileSync(join(checkout, '.gitignore'), 'node_modules\n');
  for (const args of [
    ['init', '--quiet'],
    ['add', '.'],
    ['-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '-m', 'All'],
  ]) {
    expect(spawnSync('git', args, { cwd: checkout }).status).toBe(0);
  }
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

function report(passed: number, failed = 0, pending = 0, broken = 0): string {
  return JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: pending,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: broken,
  });
}

interface Ran {
  code: number | null;
  last: string;
  stdout: string;
}

function run(environment: Record<string, string>): Ran {
  const { status, stdout } = spawnSync(join(checkout, '.ci/run'), {
    encoding: 'utf8',
    env: {
      PATH: `${join(checkout, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: checkout,
      CI: 'true',
      ...environment,
    },
  });
  rmSync(join(checkout, 'stray'), { force: true });
  return { code: status, last: stdout.trimEnd().split('\n').at(-1) ?? '', stdout };
}

test.each([
  ['all pass', { REPORT: report(7) }, 0, '7 passed, 0 failed, 0 skipped'],
  ['a test fails', { REPORT: report(6, 1), TESTS: '1' }, 1, '6 passed, 1 failed, 0 skipped'],
  [
    'a suite does not load',
    { REPORT: report(6, 0, 0, 1), TESTS: '1' },
    1,
    '6 passed, 1 failed, 0 skipped',
  ],
  ['a skip in CI', { REPORT: report(6, 0, 2) }, 1, '6 passed, 0 failed, 2 skipped'],
  ['a skip elsewhere', { REPORT: report(6, 0, 2), CI: '' }, 0, '6 passed, 0 failed, 2 skipped'],
  ['the check fails', { REPORT: report(7), CHECK: '1' }, 1, '7 passed, 1 failed, 0 skipped'],
  ['no packages from apt', { REPORT: report(7), APT: '1' }, 1, '7 passed, 1 failed, 0 skipped'],
  ['npm ci fails', { INSTALL: '1' }, 1, '0 passed, 1 failed, 0 skipped'],
  ['no test ran', { REPORT: report(0) }, 1, '0 passed, 0 failed, 0 skipped'],
  ['no report came', { TESTS: '1' }, 1, '0 passed, 1 failed, 0 skipped'],
  [
    'half a report came',
    { REPORT: '{"numPassedTests": 7', TESTS: '1' },
    1,
    '0 passed, 1 failed, 0 skipped',
  ],
  [
    'jest ends badly after all passed',
    { REPORT: report(7), TESTS: '3' },
    1,
    '7 passed, 1 failed, 0 skipped',
  ],
  ['a test leaves a file', { REPORT: report(7), STRAY: '1' }, 1, '7 passed, 1 failed, 0 skipped'],
] as [string, Record<string, string>, number, string][])('%s', (_name, environment, code, last) => {
  expect(run(environment)).toMatchObject({ code, last });
});

describe('jest has written its report', () => {
  test('and never ends: it is ended, which counts as a failure and is said', () => {
    const { stdout, ...ended } = run({ REPORT: report(7), LINGERS: '600', CI_LINGER: '1' });
    expect(ended).toEqual({ code: 1, last: '7 passed, 1 failed, 0 skipped' });
    expect(stdout).toContain('something that they left open keeps jest from ending');
  });

  test('and takes a moment to end: it is given that', () => {
    const { stdout, ...ended } = run({ REPORT: report(7), LINGERS: '2' });
    expect(ended).toEqual({ code: 0, last: '7 passed, 0 failed, 0 skipped' });
    expect(stdout).not.toContain('left open');
  });

  test('only half so far: its time has not begun', () => {
    const half = { HALF: '{"numPassedTests": 7', REPORT: report(7), CI_LINGER: '1' };
    expect(run(half)).toMatchObject({ code: 0, last: '7 passed, 0 failed, 0 skipped' });
  });
});
