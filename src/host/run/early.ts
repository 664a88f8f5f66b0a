// Starts scripts before their turn, and keeps their results for a short time.
import type { RunOptions, ScriptCall } from '../../deploy/ports/ports.ts';
import { raceAbort, withDeadline } from '../ssh/deadline.ts';
import { openChannel, type Running } from '../ssh/execute.ts';
import { notStarted } from '../ssh/failures.ts';
import type { CommandEnd } from '../ssh/run-channel.ts';
import { keyOf } from './ahead.ts';
import { buildCall } from './build-call.ts';
import { runOf, type ScriptHost } from './run-script.ts';
import { runnerVersion } from './script-text.ts';

/** Older results are dropped: the state of the host may have changed since. */
const FRESH_MS = 5_000;

/** The result of a script that did not start: `run` then runs the script again. */
const NOT_STARTED: CommandEnd = {
  started: false,
  code: null,
  signal: null,
  stdout: '',
  stderr: '',
};

/** Runs the scripts in one channel, one after the other. Never fails: a script without a result runs at its turn. */
export function runEarly(
  scriptHost: ScriptHost,
  [first, ...others]: readonly ScriptCall[],
  options: Omit<RunOptions, 'payload' | 'ahead'>,
): void {
  if (first === undefined) return;
  const stopped = new AbortController();
  const opening = open(scriptHost, first, { ...options, ahead: others }, stopped.signal);
  const until = performance.now() + FRESH_MS;
  [first, ...others].forEach((call, index) => {
    const result = opening.then(({ ends }) => endOf(ends[index])).catch(() => NOT_STARTED);
    scriptHost.ahead.keep(keyOf(call), { result, close: () => stopped.abort(), until });
  });
}

/** A script that was cut off counts as not started, because all scripts that run early may be repeated. */
async function endOf(end: Promise<CommandEnd> | undefined): Promise<CommandEnd> {
  const ended = await end;
  return ended === undefined || ended.code === null ? NOT_STARTED : ended;
}

/** Opens a channel for the scripts. The channel counts in the host's semaphore until its scripts have ended. */
async function open(
  scriptHost: ScriptHost,
  { script, parameters, payload }: ScriptCall,
  options: RunOptions,
  stopped: AbortSignal,
): Promise<Running> {
  const run = runOf(scriptHost, script, parameters, { ...options, payload });
  const { what, host, timeoutMs } = run;
  const signal = AbortSignal.any([options.signal, stopped]);
  const bounds = { timeoutMs, signal, late: () => notStarted(what, host, timeoutMs), what };
  const opened = Promise.withResolvers<Running>();
  const all = withDeadline(bounds, (stop, leftMs) =>
    scriptHost.semaphore.run(stop, async () => {
      const connection = await scriptHost.openConnection(stop);
      const call = buildCall(run, leftMs(), connection.runner === runnerVersion);
      const running = await openChannel(connection, call, stop);
      // These scripts have taken the spare channel, and a stage may need one before they end.
      connection.spare.prepare(call.command);
      opened.resolve(running);
      try {
        const [first] = await raceAbort(Promise.all(running.ends), stop);
        connection.runner ??= first?.runner;
      } finally {
        running.close();
      }
    }),
  );
  all.catch((error: unknown) => opened.reject(error));
  return opened.promise;
}
