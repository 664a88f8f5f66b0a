// Runs a team's command (such as its tests) on a checkout, and describes its failure.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { StageFailed } from '../../deploy/record/errors.ts';
import type { Checkout, Commands, TeamCommand } from '../../deploy/ports/ports.ts';
import { shellArgument } from '../../deploy/untrusted/shell-word.ts';
import { passedTests } from './passed-tests.ts';
import { type Ending, type GroupRun, runGroup } from '../sandbox/process-group.ts';
import { runSandboxed, type SandboxOptions } from '../sandbox/run-sandboxed.ts';
import { explainNoSandbox } from '../sandbox/no-sandbox.ts';

/** Runs commands of argo.yml, without a shell. Sandboxes hide the paths in `hide`. Fails with StageFailed. */
export function createCommands({ hide = [] }: { hide?: readonly string[] } = {}): Commands {
  return {
    async run(command, checkout, signal) {
      const ran = await (command.sandbox
        ? runInSandbox(command, { tree: checkout.tree, folder: checkout.folder, hide, signal })
        : runUnprotected(command, checkout, signal));
      signal.throwIfAborted();
      if (ran.ending.kind === 'exited' && ran.ending.code === 0) {
        return { passed: passedTests(ran) };
      }
      throw failed(command, ran);
    },
  };
}

/** Commands get only these variables, so that they cannot read the bot's tokens. */
const PASSED_ON = ['PATH', 'LANG', 'LC_ALL', 'TZ'];

function environment(names: readonly string[]): Record<string, string> {
  const all = Object.entries(process.env);
  return Object.fromEntries(
    all.flatMap(([name, value = '']) => (names.includes(name) ? [[name, value]] : [])),
  );
}

async function runInSandbox(
  command: TeamCommand,
  place: Pick<SandboxOptions, 'tree' | 'folder' | 'hide' | 'signal'>,
): Promise<GroupRun> {
  const { network, read, memory_mb: memoryMb, timeout_seconds: seconds } = command;
  const ran = await runSandboxed(command.run, {
    ...place,
    network,
    read,
    memoryMb,
    env: environment(PASSED_ON),
    limitMs: seconds * 1_000,
  });
  if (ran.kind === 'ran') return ran.run;
  place.signal.throwIfAborted();
  if (ran.kind === 'missing') throw notFound(command);
  const { why, next } = explainNoSandbox(ran.output);
  throw new StageFailed(
    `${command.name} did not run: this machine cannot make the sandbox for it: ${why}`,
    { code: 'no-sandbox', next, log: ran.output },
  );
}

/** For `dangerously_without_sandbox`: runs on a copy of the checkout, but with all rights of the bot's user. */
async function runUnprotected(
  { run, timeout_seconds: seconds }: TeamCommand,
  { tree, folder }: Checkout,
  signal: AbortSignal,
): Promise<GroupRun> {
  const copy = await mkdtemp(path.join(tmpdir(), 'argo-checks-'));
  try {
    await cp(tree, copy, { recursive: true, verbatimSymlinks: true });
    const cwd = path.join(copy, folder);
    const env = environment([...PASSED_ON, 'HOME', 'TMPDIR']);
    return await runGroup(run, { cwd, env, limitMs: seconds * 1_000, signal });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

function notFound({ name, run }: TeamCommand): StageFailed {
  return new StageFailed(`${name} could not be started: its sandbox has no ${run[0]}`, {
    code: 'check-failed',
    next: "install it below /usr on the bot's machine, or add its folder to `read` of this command in argo.yml and restart argo-bot. Then `/argo retry`.",
  });
}

function failed(command: TeamCommand, { ending, output }: GroupRun): StageFailed {
  const last = output.trim().split('\n').slice(-3).join('\n');
  const how = describeEnding(ending, command);
  return new StageFailed(
    `check "${command.name}" ${how}${last === '' ? ' and wrote nothing' : `\n${last}`}`,
    {
      code: 'check-failed',
      next: `run \`${command.run.map((one) => shellArgument(one)).join(' ')}\` in your clone of this commit, fix what fails, commit and push, then \`/argo deploy\`. If the check is wrong, correct it in argo.yml and restart argo-bot first.`,
      log: output.slice(-200_000),
    },
  );
}

function describeEnding(ending: Ending, command: TeamCommand): string {
  switch (ending.kind) {
    case 'exited':
      return afterSignal(ending.code, command) ?? `failed (exit status ${ending.code})`;
    case 'signalled':
      return `was ended by ${ending.by}`;
    case 'over-limit':
      return `did not end within ${command.timeout_seconds} s and was ended`;
    case 'stopped':
      return 'was stopped';
    case 'not-started':
      return ending.code === 'ENOENT'
        ? `could not be started: ${command.run[0]} was not found on this machine`
        : `could not be started (${ending.code})`;
  }
}

/** Names the signal if the exit code stands for one: a sandbox's shell reports 128 plus the signal's number. */
function afterSignal(code: number, { memory_mb: most, sandbox }: TeamCommand): string | undefined {
  const found = Object.entries(constants.signals).find(([, number]) => number === code - 128);
  if (!sandbox || found === undefined) return undefined;
  const memory = found[0] === 'SIGKILL' ? ` (its memory_mb is ${most})` : '';
  return `was ended by ${found[0]}${memory}`;
}
