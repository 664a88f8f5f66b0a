// Runs one script on a host, after waiting for a free SSH session and for the host's lock.
import { setTimeout as sleep } from 'node:timers/promises';
import { isFailure } from '../../deploy/record/errors.ts';
import type { Answer, HostSettings, Log, RunOptions } from '../../deploy/ports/ports.ts';
import type { SshConnection } from '../ssh/connect.ts';
import type { CommandEnd } from '../ssh/run-channel.ts';
import { raceAbort, withDeadline } from '../ssh/deadline.ts';
import { execute } from '../ssh/execute.ts';
import { notStarted, timedOut } from '../ssh/failures.ts';
import { shellTimedOut, explainNotStarted } from './login-shell.ts';
import { busyCode, hostBusy, interpretExit } from './interpret-exit.ts';
import { type Ahead, resultAhead, runAhead } from './ahead.ts';
import { buildCall, marginMs, type Run } from './build-call.ts';
import { encodeParameters, type Parameters } from './parameters.ts';
import { runnerVersion, scriptNamed, sudoRulesCommand } from './script-text.ts';
import type { Semaphore } from '../ssh/semaphore.ts';

/** What running a script needs of its host: settings, connection and limits. */
export interface ScriptHost {
  settings: HostSettings;
  openConnection: (stop: AbortSignal) => Promise<SshConnection>;
  semaphore: Semaphore;
  ahead: Ahead;
  redact: (text: string) => Promise<string>;
  log: Log;
}

/**
 * Runs a script once the host is free. Fails with StageFailed, HostUnreachable, OutcomeUnknown, Fenced, Misconfigured
 * or Interrupted.
 */
export async function runScript(
  scriptHost: ScriptHost,
  name: string,
  parameters: Parameters,
  options: RunOptions,
): Promise<Answer> {
  const { what, timeoutMs, signal, payload } = options;
  const run = runOf(scriptHost, name, parameters, options);
  const { host } = run;
  const early = await resultAhead(scriptHost.ahead, { script: name, parameters }, run, options);
  if (early !== undefined) return early;
  const stream = payload === undefined || Buffer.isBuffer(payload) ? undefined : payload;
  // Until the stream is read, nothing else listens to its errors, and an error would end the process.
  stream?.on('error', () => undefined);
  // Check the parameters before a connection is opened.
  encodeParameters(parameters, name, host);
  let late = (): Error => notStarted(what, host, timeoutMs);
  const bounds = { timeoutMs, signal, late: () => late(), what: `${what} on ${host}` };
  try {
    return await withDeadline(bounds, (stop, leftMs) =>
      scriptHost.semaphore.run(stop, async () => {
        for (;;) {
          const connection = await scriptHost.openConnection(stop);
          late = () => shellTimedOut(run, timeoutMs);
          const onBegin = (): void => {
            late = () => timedOut(what, host, timeoutMs);
          };
          const ended = await retryRefusedSession(run, stop, () =>
            runAhead(
              scriptHost.ahead,
              connection,
              run,
              { ...buildCall(run, leftMs(), connection.runner === runnerVersion), onBegin },
              stop,
            ),
          );
          if (!ended.started && (ended.code !== null || ended.signal !== null)) {
            throw await explainNotStarted(
              run,
              ended,
              await readSudoRules(run, connection, ended, stop),
            );
          }
          if (ended.code !== busyCode) return await interpretExit(ended, run);
          late = () => hostBusy(run, ended, timeoutMs);
          await waitOrGiveUp(run, ended, stop, leftMs());
        }
      }),
    );
  } finally {
    stream?.destroy();
  }
}

export function runOf(
  { settings, redact, log }: ScriptHost,
  name: string,
  parameters: Parameters,
  { what, timeoutMs, payload, ahead = [] }: RunOptions,
): Run {
  const { name: host, user } = settings;
  const script = scriptNamed(name);
  const run = { what, host, user, timeoutMs, redact, log, script, parameters, payload };
  // A stream is sent last, so no other script can follow it.
  const streamed = payload !== undefined && !Buffer.isBuffer(payload);
  return { ...run, ahead: streamed ? [] : ahead };
}

/** How long to retry when sshd refuses one more session. */
const SESSION_WAIT_MS = 10_000;

/** sshd refuses sessions beyond MaxSessions before anything is sent, so a retry is safe. */
async function retryRefusedSession(
  run: Run,
  stop: AbortSignal,
  attempt: () => Promise<CommandEnd>,
): Promise<CommandEnd> {
  const until = performance.now() + SESSION_WAIT_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const refused = isFailure(error) && error.code === 'session-refused';
      if (!refused || performance.now() > until) throw error;
      run.log.info(
        { host: run.host, script: run.script.name },
        'a script waits, because sshd on its host refuses one more session; argo-bot retries for 10 s. If this repeats, raise MaxSessions in sshd_config',
      );
    }
    await raceAbort(sleep(100), stop);
  }
}

/** Returns the user's sudo rules. They name the cause when sudo only asks for a password. */
async function readSudoRules(
  { what, host, user }: Run,
  connection: SshConnection,
  { stderr }: CommandEnd,
  stop: AbortSignal,
): Promise<string> {
  if (user === 'root' || !/password|not allowed/.test(stderr)) return '';
  const head = Buffer.alloc(0);
  const more = {
    marks: [],
    mayUseSpare: false,
    payload: undefined,
    streamAfter: undefined,
    what,
    host,
  };
  return (await execute(connection, { command: sudoRulesCommand, head, ...more }, stop)).stdout;
}

async function waitOrGiveUp(run: Run, busy: CommandEnd, stop: AbortSignal, leftMs: number) {
  const spent = !run.script.fenced && run.payload !== undefined;
  if (spent || leftMs < marginMs) throw hostBusy(run, busy, run.timeoutMs);
  run.log.info(
    { host: run.host, script: run.script.name, why: busy.stderr.trim() },
    'a script waits, because another one holds the lock of argo-bot on its host; argo-bot retries until the time limit of the script, and nobody has to act',
  );
  await raceAbort(sleep(250), stop);
}
