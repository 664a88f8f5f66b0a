// Keeps the results of scripts that a host runs after another one, until the bot asks for them.
import type { Answer, RunOptions, ScriptCall } from '../../deploy/ports/ports.ts';
import type { SshConnection } from '../ssh/connect.ts';
import { raceAbort, withDeadline } from '../ssh/deadline.ts';
import { openChannel } from '../ssh/execute.ts';
import { notStarted, timedOut } from '../ssh/failures.ts';
import type { Call, CommandEnd } from '../ssh/run-channel.ts';
import type { Run } from './build-call.ts';
import { busyCode, interpretExit, type ScriptRun } from './interpret-exit.ts';

interface Kept {
  result: Promise<CommandEnd>;
  /** Closes the channel, which ends the scripts in it. */
  close: () => void;
  /** Until when the result may be used, in milliseconds of `performance.now()`. */
  until?: number;
}

export interface Ahead {
  keep(key: string, kept: Kept): void;
  /** Returns a result once. */
  take(key: string): Kept | undefined;
}

/** More than the scripts of all deployments that one process runs on a host at once. */
const MOST = 64;

/** A result that nobody asks for, because the deployment has ended, makes room for a newer one. */
export function createAhead(): Ahead {
  const all = new Map<string, Kept>();
  return {
    keep(key, kept) {
      all.delete(key);
      all.set(key, kept);
      const [oldest] = all.keys();
      if (all.size > MOST && oldest !== undefined) all.delete(oldest);
    },
    take(key) {
      const kept = all.get(key);
      all.delete(key);
      if (performance.now() <= (kept?.until ?? Infinity)) return kept;
      kept?.close();
      return undefined;
    },
  };
}

/** Runs the script of `run`, and keeps the results of `run.ahead`, the scripts that the host runs after it. */
export async function runAhead(
  ahead: Ahead,
  connection: SshConnection,
  run: Run,
  call: Call,
  stop: AbortSignal,
): Promise<CommandEnd> {
  const { ends, wasSpare, close } = await openChannel(connection, call, stop);
  // After a script that changes the host (`fenced`), another one follows, so its channel opens now. Not while users are
  // moved: another shell that starts on the host would slow that down.
  if (run.script.fenced && !run.script.movesTraffic) connection.spare.prepare(call.command);
  const [first, ...others] = ends;
  try {
    if (first === undefined) throw notStarted(run.what, run.host, run.timeoutMs);
    const ended = await raceAbort(first, stop);
    // The channel ended before the call reached it, so nothing was done.
    if (wasSpare && !ended.started)
      return await runAhead(ahead, connection, run, { ...call, mayUseSpare: false }, stop);
    connection.runner ??= ended.runner;
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

export const keyOf = ({ script, parameters }: ScriptCall): string =>
  JSON.stringify([script, parameters]);

/** Returns the answer of a script that was run before its turn; undefined if the script must still be run. */
export async function resultAhead(
  ahead: Ahead,
  call: ScriptCall,
  run: ScriptRun,
  { timeoutMs, signal }: RunOptions,
): Promise<Answer | undefined> {
  const kept = ahead.take(keyOf(call));
  if (kept === undefined) return undefined;
  const { what, host } = run;
  const late = (): Error => timedOut(what, host, timeoutMs);
  try {
    const ended = await withDeadline(
      { timeoutMs, signal, late, what: `${what} on ${host}` },
      (stop) => raceAbort(kept.result, stop),
    );
    // A script that never started, or found the host busy, has done nothing.
    if (!ended.started || ended.code === busyCode) return undefined;
    return await interpretExit(ended, run);
  } catch (error) {
    kept.close();
    throw error;
  }
}
