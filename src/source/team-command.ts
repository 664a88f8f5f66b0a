import { execFile } from 'node:child_process';
import { StageFailed } from '../deploy/errors.ts';
import type { Commands } from '../deploy/ports.ts';

/** Tokens of the bot are none of a test suite's business, so commands get only these. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];

/** The team's own checks, from argo.yml alone, without a shell; nothing from chat is in them. */
export function createCommands(): Commands {
  return {
    async run({ name, run, timeout_seconds }, directory, signal) {
      const [file = '', ...args] = run;
      const { promise, resolve } = Promise.withResolvers<{ error: Error | null; output: string }>();
      const env = Object.fromEntries(PASSED_ON.map((key) => [key, process.env[key]]));
      const options = {
        cwd: directory,
        env,
        timeout: timeout_seconds * 1_000,
        signal,
        maxBuffer: 10_000_000,
      };
      execFile(file, args, options, (error, stdout, stderr) =>
        resolve({ error, output: `${stdout}${stderr}` }),
      );
      const { error, output } = await promise;
      if (!error) return;
      signal.throwIfAborted();
      throw failed(name, error, output, timeout_seconds);
    },
  };
}

function failed(name: string, error: Error, output: string, seconds: number): StageFailed {
  const code = 'code' in error ? error.code : undefined;
  const killed = 'killed' in error && error.killed === true;
  const last = output.trim().split('\n').slice(-3).join('\n');
  const how = killed
    ? `did not end within ${seconds} s`
    : code === 'ENOENT'
      ? 'was not found on this machine'
      : `exited ${String(code)}`;
  return new StageFailed(`${name} ${how}: ${last === '' ? 'nothing written' : last}`, {
    code: 'check-failed',
    next: 'Fix what it found, commit, and deploy the new commit.',
    log: output.slice(-200_000),
    cause: error,
  });
}
