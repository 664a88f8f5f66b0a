import { StageFailed } from '../deploy/errors.ts';
import type { Commands } from '../deploy/ports.ts';
import { passedTests } from './passed-tests.ts';
import { type Ending, type GroupRun, runGroup } from './process-group.ts';

/** Tokens of the bot are none of a test suite's business, so commands get only these. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];

/** The team's own checks, from argo.yml alone, without a shell; nothing from chat is in them. */
export function createCommands(): Commands {
  return {
    async run({ name, run, timeout_seconds: seconds }, cwd, signal) {
      const env = Object.fromEntries(PASSED_ON.map((key) => [key, process.env[key]]));
      const ran = await runGroup(run, { cwd, env, limitMs: seconds * 1_000, signal });
      signal.throwIfAborted();
      if (ran.ending.kind === 'exited' && ran.ending.code === 0) {
        return { passed: passedTests(ran) };
      }
      throw failed(name, ran, run[0] ?? '', seconds);
    },
  };
}

function failed(
  name: string,
  { ending, output }: GroupRun,
  file: string,
  seconds: number,
): StageFailed {
  const last = output.trim().split('\n').slice(-3).join('\n');
  const how = worded(ending, file, seconds);
  return new StageFailed(`${name} ${how}: ${last === '' ? 'nothing written' : last}`, {
    code: 'check-failed',
    next: 'Fix what it found, commit, and deploy the new commit.',
    log: output.slice(-200_000),
  });
}

function worded(ending: Ending, file: string, seconds: number): string {
  switch (ending.kind) {
    case 'exited':
      return `exited ${ending.code}`;
    case 'signalled':
      return `was ended by ${ending.by}`;
    case 'over-limit':
      return `did not end within ${seconds} s and was ended`;
    case 'stopped':
      return 'was stopped';
    case 'not-started':
      return ending.code === 'ENOENT'
        ? `could not be started: ${file} was not found on this machine`
        : `could not be started (${ending.code})`;
  }
}
