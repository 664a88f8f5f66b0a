// Decides what the exit code of a script means: an answer, or which failure.
import { exitMessage, Fenced, StageFailed } from '../../deploy/record/errors.ts';
import { cleanEnd } from '../../deploy/secrets/clean-ends.ts';
import type { Answer } from '../../deploy/ports/ports.ts';
import { parseAnswer } from './answer.ts';
import type { CommandEnd } from '../ssh/run-channel.ts';
import { endedWithoutCode, goingDown } from '../ssh/failures.ts';
import { runnerVersion } from './script-text.ts';

export interface ScriptRun {
  what: string;
  host: string;
  user: string;
  redact: (text: string) => Promise<string>;
}

/** How many characters at the end of stderr are masked and kept. */
const MAX_STDERR = 65_536;
/** How many characters of stderr a message quotes at most. */
const MAX_QUOTED = 4_000;

/**
 * Exit codes of prelude.sh and fence.sh. `saidCode`: the script itself says what is wrong, for people. `decisionCode`:
 * an answer on which the bot must decide before the next script runs.
 */
const saidCode = 70;
const decisionCode = 73;
const goingDownCode = 69;
export const busyCode = 75;
const fencedCode = 76;
const untrustedPathCode = 77;
/** Exit codes of the runner on the host: its policy refuses the request, or its version differs from the bot's. */
const runnerRefusedCode = 79;
const otherVersionCode = 78;

const lastLines = (text: string, count: number): string =>
  text.trimEnd().split('\n').slice(-count).join('\n').slice(-MAX_QUOTED);

/** Returns the script's answer if it exited 0 or 73. Otherwise fails with StageFailed, OutcomeUnknown or Fenced. */
export async function interpretExit(ended: CommandEnd, run: ScriptRun): Promise<Answer> {
  const { what, host, redact } = run;
  const { code, signal, stdout } = ended;
  const stderr = await cleanEnd(redact, ended.stderr, MAX_STDERR);
  if (code === 0 || code === decisionCode) return parseAnswer({ stdout, stderr, what, host });
  if (code === null && signal === null) throw endedWithoutCode(what, host);
  if (code === fencedCode) throw fenced(run, ended);
  if (code === goingDownCode)
    throw goingDown(what, host, lastLines(stderr, 1) || 'nothing written');
  if (code === untrustedPathCode)
    throw new StageFailed(`${what} is refused on ${host}: ${lastLines(stderr, 1)}`, {
      code: 'path-untrusted',
      next: `run the command above as root on ${host}, then try again. Nothing was done there.`,
      host,
    });
  if (code === otherVersionCode) throw otherVersion(run, stderr);
  if (code === runnerRefusedCode) throw runnerRefused(run, stderr);
  if (code === saidCode) throw said(run, stderr);
  const message =
    code === null
      ? `${what} was ended by signal ${signal} on ${host}: ${lastLines(stderr, 5) || 'nothing written'}`
      : exitMessage(what, code, host, lastLines(stderr, 5));
  throw new StageFailed(message, {
    code: 'script-failed',
    next: `correct this on ${host}, then try again.`,
    host,
    log: logOf(stderr),
  });
}

/** A script that fails to start a service prints 50 lines of its journal. Ten more are the script's own. */
const logOf = (stderr: string): string | undefined =>
  stderr.trimEnd().split('\n').slice(-60).join('\n') || undefined;

/** Returns the failure for a script's `fail MESSAGE [NEXT]`, which prints MESSAGE and a line `next: NEXT` to stderr. */
function said({ host }: ScriptRun, stderr: string): StageFailed {
  const [, message = '', next] = /^([^]*?)(?:\nnext: (.*))?$/.exec(stderr.trimEnd()) ?? [];
  return new StageFailed(lastLines(message, 5), {
    code: 'script-failed',
    next: next === undefined ? `correct this on ${host}, then try again.` : adviceFor(host, next),
    host,
    log: logOf(message),
  });
}

/** A command of Slack needs no host; all other advice is for a shell on the host. */
function adviceFor(host: string, advice: string): string {
  if (advice.includes('`/argo ')) return `${advice}.`;
  return `on ${host}${advice.startsWith('`') ? ':' : ','} ${advice}. Then try again.`;
}

function fenced({ what, host }: ScriptRun, { stdout, stderr }: CommandEnd): Fenced {
  const epoch = Number(parseAnswer({ stdout, stderr, what, host }).maybe('epoch'));
  return new Fenced(`${host} refused ${what}: a newer run with epoch ${epoch} has taken over`, {
    code: 'fenced',
    next: 'nothing to do: a newer run has taken over this environment.',
    host,
    cause: { epoch },
  });
}

export function hostBusy(
  { what, host }: ScriptRun,
  { stdout, stderr }: CommandEnd,
  timeoutMs: number,
): StageFailed {
  const holder = parseAnswer({ stdout, stderr, what, host }).maybe('holder') ?? 'something unknown';
  return new StageFailed(
    `${what} waited ${timeoutMs / 1000} s for ${host}, which is in use by ${holder}; nothing was done`,
    {
      code: 'host-busy',
      next: `wait until it ends, then try again. If it hangs, \`sudo fuser -v <root>/state/lock\` on ${host} shows its process.`,
      host,
      cause: { holder },
    },
  );
}

function runnerRefused({ what, host }: ScriptRun, stderr: string): StageFailed {
  return new StageFailed(`${what} was refused on ${host}: ${lastLines(stderr, 1)}`, {
    code: 'runner-refused',
    next: `if argo.yml is right, update the host: \`argo-bot host setup --host ${host}\`, then try again.`,
    host,
  });
}

function otherVersion({ what, host }: ScriptRun, stderr: string): StageFailed {
  return new StageFailed(
    `${what} was not run on ${host}: ${lastLines(stderr, 1)} and this argo-bot needs ${runnerVersion}`,
    {
      code: 'runner-outdated',
      next: `update the scripts of the host: \`argo-bot host setup --host ${host}\`, then try again.`,
      host,
    },
  );
}
