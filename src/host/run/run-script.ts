// Runs one script on a host, after waiting for a free SSH session and for the host's lock.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFailure } from '../../deploy/record/errors.ts';
import type {
  Answer,
  HostSettings,
  Log,
  RunOptions,
  ScriptCall,
} from '../../deploy/ports/ports.ts';
import type { SshConnection } from '../ssh/connect.ts';
import type { Call, CommandEnd } from '../ssh/run-channel.ts';
import { raceAbort, withDeadline } from '../ssh/deadline.ts';
import { execute, openChannel } from '../ssh/execute.ts';
import { notStarted, timedOut } from '../ssh/failures.ts';
import { shellTimedOut, explainNotStarted } from './login-shell.ts';
import { busyCode, hostBusy, interpretExit, type ScriptRun } from './interpret-exit.ts';
import type { Ahead } from './ahead.ts';
import { encodeParameters, type Parameters } from './parameters.ts';
import {
  commandOf,
  scriptInput,
  scriptNamed,
  sudoRulesCommand,
  type Script,
} from './script-text.ts';
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

/** How long a script waits for the host's lock before it exits as busy. Waiting there gets the lock at once. */
const fenceWaitS = 15;
/** The wait for the lock ends this long before the time limit, so that a busy host is not reported as lost. */
const marginMs = 1_500;

/** Runs a script once the host is free. Fails with StageFailed, HostUnreachable, OutcomeUnknown, Fenced, Misconfigured or Interrupted. */
export async function runScript(
  scriptHost: ScriptHost,
  name: string,
  parameters: Parameters,
  options: RunOptions,
): Promise<Answer> {
  const { what, timeoutMs, signal, payload } = options;
  const early = await resultAhead(scriptHost, { script: name, parameters }, options);
  if (early !== undefined) return early;
  const { name: host, user } = scriptHost.settings;
  const run: Run = {
    what,
    host,
    user,
    timeoutMs,
    redact: scriptHost.redact,
    log: scriptHost.log,
    script: scriptNamed(name),
    parameters,
    payload,
    ahead: options.ahead ?? [],
  };
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
            runAhead(scriptHost, connection, run, { ...buildCall(run, leftMs()), onBegin }, stop),
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

interface Run extends ScriptRun {
  script: Script;
  parameters: Parameters;
  payload: RunOptions['payload'];
  ahead: readonly ScriptCall[];
  timeoutMs: number;
  log: Log;
}

/** Returns the input of the script, and of those that the host runs after it. */
function buildCall(run: Run, leftMs: number): Call {
  const { script, payload, what, host } = run;
  const waitS = Math.max(0, Math.min(fenceWaitS, Math.floor((leftMs - marginMs) / 1_000)));
  const first = { script: script.name, parameters: run.parameters, payload };
  const calls = [first, ...run.ahead];
  const marks = calls.map(() => randomBytes(12).toString('hex'));
  const inputs = calls.map((call, index) => {
    return scriptCallInput(call, { host, waitS, mark: marks[index] ?? '', next: marks[index + 1] });
  });
  const stream = Buffer.isBuffer(payload) ? undefined : payload;
  return {
    command: commandOf(script, run.user),
    head: Buffer.concat(inputs),
    marks,
    payload: stream,
    streamAfter: script.fenced ? 'fence\theld\n' : undefined,
    what,
    host,
  };
}

/** Returns the script's text, its parameters, and its payload unless that is a stream. */
function scriptCallInput(
  { script: name, parameters, payload }: Omit<ScriptCall, 'payload'> & Pick<RunOptions, 'payload'>,
  given: { host: string; waitS: number; mark: string; next: string | undefined },
): Buffer {
  const script = scriptNamed(name);
  const all: Parameters = { ...parameters };
  if (script.fenced) all['wait'] = given.waitS;
  if (given.next !== undefined) all['followed'] = 'yes';
  const content = Buffer.isBuffer(payload) ? payload : undefined;
  if (content !== undefined) all['payload_bytes'] = content.length;
  return Buffer.concat([
    scriptInput(script, given.mark, given.next),
    encodeParameters(all, name, given.host),
    content ?? Buffer.alloc(0),
  ]);
}

/** Runs the script, and keeps the results of those that the host runs after it. */
async function runAhead(
  { ahead }: ScriptHost,
  connection: SshConnection,
  run: Run,
  call: Call,
  stop: AbortSignal,
): Promise<CommandEnd> {
  const { ends, close } = await openChannel(connection, call, stop);
  const [first, ...others] = ends;
  try {
    if (first === undefined) throw notStarted(run.what, run.host, run.timeoutMs);
    const ended = await raceAbort(first, stop);
    run.ahead.forEach((next, index) => {
      const result = others[index];
      if (result !== undefined && ended.code === 0) ahead.keep(keyOf(next), { result, close });
    });
    if (others.length === 0 || ended.code !== 0) close();
    return ended;
  } catch (error) {
    close();
    throw error;
  }
}

const keyOf = ({ script, parameters }: ScriptCall): string =>
  JSON.stringify([script, Object.entries(parameters).toSorted()]);

/** Returns the answer of a script that the host was told to run after another one; undefined if it must still be run. */
async function resultAhead(
  { ahead, settings, redact }: ScriptHost,
  call: ScriptCall,
  { what, timeoutMs, signal }: RunOptions,
): Promise<Answer | undefined> {
  const kept = ahead.take(keyOf(call));
  if (kept === undefined) return undefined;
  const { name: host, user } = settings;
  const late = (): Error => timedOut(what, host, timeoutMs);
  try {
    const ended = await withDeadline(
      { timeoutMs, signal, late, what: `${what} on ${host}` },
      (stop) => raceAbort(kept.result, stop),
    );
    // A script that never started, or found the host busy, has done nothing.
    if (!ended.started || ended.code === busyCode) return undefined;
    return await interpretExit(ended, { what, host, user, redact });
  } catch (error) {
    kept.close();
    throw error;
  }
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
        'a script waits for a free SSH session',
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
  const more = { marks: [], payload: undefined, streamAfter: undefined, what, host };
  return (await execute(connection, { command: sudoRulesCommand, head, ...more }, stop)).stdout;
}

async function waitOrGiveUp(run: Run, busy: CommandEnd, stop: AbortSignal, leftMs: number) {
  const spent = !run.script.fenced && run.payload !== undefined;
  if (spent || leftMs < marginMs) throw hostBusy(run, busy, run.timeoutMs);
  run.log.info(
    { host: run.host, script: run.script.name, why: busy.stderr.trim() },
    'a script waits for the lock on its host',
  );
  await raceAbort(sleep(250), stop);
}
