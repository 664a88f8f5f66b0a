import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const part = readFileSync(
  new URL('../../src/host/scripts/parts/journal-end.sh', import.meta.url),
  'utf8',
);

/** Runs the part's functions on what a stand-in of journalctl prints, the newest entry first. */
function run(printed: string, call: string): { said: string; asked: string } {
  const journal = `journalctl() { printf '%s\\n' "$*" >&3; printf '%s' "$printed"; }
journal_of() { shift; journalctl "$@"; }`;
  const program = `set -eu\n${journal}\n${part}\n{ ${call}; } 3>&2`;
  const said = execFileSync('sh', ['-c', `exec 2>&1 3>&1\n${program}`], {
    encoding: 'utf8',
    env: { ...process.env, printed },
  });
  const [asked = '', ...lines] = said.split('\n');
  return { asked, said: lines.join('\n') };
}

const entry = (at: number, text: string): string =>
  `2026-11-30T10:00:0${at}+0000 host app[7]: ${text}\n`;
const newestFirst = [4, 3, 2, 1].map((at) =>
  entry(at, at === 3 ? 'Traceback\n  line 2' : `n ${at}`),
);

test.each([
  [2, [entry(3, 'Traceback\n  line 2'), entry(4, 'n 4')]],
  [9, newestFirst.toReversed()],
])('the last %s entries come in order, with all their lines', (most, wanted) => {
  const { said } = run(newestFirst.join(''), `journal_end app.service ${most} --since @1`);
  expect(said).toBe(wanted.join(''));
});

test.each(['journal_end app.service 40 --since @1', 'last_run app.service 1; echo "$last_job"'])(
  'journalctl counts no entries, because it counts wrongly with --since or -r: %s',
  (call) => {
    const { asked } = run('', call);
    expect(asked).toContain('--since @1');
    expect(asked).not.toMatch(/(?:^| )(?:-n|--lines)/);
  },
);
