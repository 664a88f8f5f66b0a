// Runs a program as a process group, and kills the whole group at its end or time limit.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export type Ending =
  | { kind: 'exited'; code: number }
  | { kind: 'signalled'; by: string }
  /** The program ran longer than its limit, however it ended after that. */
  | { kind: 'over-limit' }
  | { kind: 'stopped' }
  | { kind: 'not-started'; code: string };

export interface GroupRun {
  ending: Ending;
  /** stdout and stderr in the order of arrival; only the end of a long output. */
  output: string;
  /** Whether `output` is complete. */
  whole: boolean;
  /** The text written to file descriptor 3, if `reports` was set. */
  report: string;
}

export interface GroupOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  limitMs: number;
  signal: AbortSignal;
  /** Opens file descriptor 3 for `report`. */
  reports?: boolean;
}

/** The time from SIGTERM to SIGKILL. */
const GRACE_MS = 1_000;
/** How long to wait for output after the program's end: a process that left the group may hold the pipes open. */
const DRAIN_MS = 200;
const KEPT_CHARACTERS = 400_000;
const KEPT_REPORT = 1_000;

export async function runGroup(
  [file = '', ...args]: readonly string[],
  { cwd, env, limitMs, signal, reports = false }: GroupOptions,
): Promise<GroupRun> {
  if (signal.aborted) return { ending: { kind: 'stopped' }, output: '', whole: true, report: '' };
  const child = spawn(file, args, {
    cwd,
    env,
    // A new process group, so that one signal reaches all its processes.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', reports ? 'pipe' : 'ignore'],
  });
  const read = collectOutput(child);
  const closed = once(child, 'close').catch(() => undefined);
  let cut: Ending | undefined;
  let killing: NodeJS.Timeout | undefined;
  const end = (why: Ending): void => {
    if (cut) return;
    cut = why;
    killGroup(child, 'SIGTERM');
    killing = setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS);
  };
  const limit = setTimeout(() => end({ kind: 'over-limit' }), limitMs);
  const stop = (): void => end({ kind: 'stopped' });
  signal.addEventListener('abort', stop, { once: true });
  const ended = await endOf(child);
  clearTimeout(limit);
  clearTimeout(killing);
  signal.removeEventListener('abort', stop);
  // Kill what the program left running: it would hold the pipes open.
  killGroup(child, 'SIGKILL');
  await Promise.race([closed, sleep(DRAIN_MS, undefined, { ref: false })]);
  for (const stream of child.stdio) stream?.destroy();
  return { ending: cut ?? ended, ...read() };
}

function endOf(child: ChildProcess): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  child.once('exit', (code, by) =>
    resolve(code === null ? { kind: 'signalled', by: String(by) } : { kind: 'exited', code }),
  );
  child.once('error', (error) =>
    resolve({ kind: 'not-started', code: 'code' in error ? String(error.code) : error.message }),
  );
  return promise;
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: the group has no processes left.
    const code = typeof error === 'object' && error !== null && 'code' in error && error.code;
    if (code !== 'ESRCH') throw error;
  }
}

function collectOutput(child: ChildProcess): () => Pick<GroupRun, 'output' | 'whole' | 'report'> {
  let output = '';
  let whole = true;
  let report = '';
  const reporting = child.stdio[3];
  if (reporting instanceof Readable) {
    reporting.setEncoding('utf8').on('data', (text: string) => {
      report = (report + text).slice(-KEPT_REPORT);
    });
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length <= KEPT_CHARACTERS) return;
      whole = false;
      output = output.slice(-KEPT_CHARACTERS / 2);
    });
  }
  return () => ({ output, whole, report });
}
