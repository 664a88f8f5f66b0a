// Writes input to an open SSH channel, reads its outputs, and returns how each script in it ended.
import type { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { outputTooLong, payloadFailed } from './failures.ts';
import { collectOutput, type Output, waitForOutput } from './output.ts';
import { writeStdin } from './write-stdin.ts';

export interface Call {
  command: string;
  /** The scripts and their parameters, which are written first. */
  head: Buffer;
  /**
   * For each script, the line that is printed on both outputs before it starts. Text before the first mark comes from
   * the login shell. If another script follows, a line with the mark and the exit code ends this script's output.
   */
  marks: readonly string[];
  onBegin?: () => void;
  payload: Readable | Buffer | undefined;
  /** Words of the script after which a payload stream is sent: a stream can be sent once, and the host may be busy. */
  streamAfter: string | undefined;
  /** True if the spare channel may be used. If it ends before the call reaches it, the call must be repeated. */
  mayUseSpare: boolean;
  what: string;
  host: string;
}

/** How a script ended. Without a code and a signal, it is unknown whether it finished. */
export interface CommandEnd {
  /** Whether the script started. If not, the outputs are those of the login shell. */
  started: boolean;
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  /** The version of the host's runner, if the host has one and another script follows. */
  runner?: string | undefined;
}

const stdoutBytes = 8 * 1024 * 1024;
const stderrBytes = 1024 * 1024;

/**
 * Returns a promise for the end of each script in the call: one for each of `marks`, or one if there are no marks. The
 * last one resolves when the channel closes. All reject if an output is too long, or if the payload cannot be read.
 * An abort of `over` stops the writing of the input.
 */
export function runChannel(
  channel: ClientChannel,
  call: Call,
  over: AbortSignal,
): Promise<CommandEnd>[] {
  const ends = (call.marks.length === 0 ? [''] : call.marks).map(() =>
    Promise.withResolvers<CommandEnd>(),
  );
  const failAll = (error: unknown): void => {
    for (const { reject } of ends) reject(error);
  };
  const done = new AbortController();
  const end = (): void => done.abort();
  over.addEventListener('abort', end, { once: true });
  const tooLong = (name: string, limit: number) => (): void =>
    failAll(outputTooLong(call.what, call.host, name, limit));
  const settle = (): void => {
    for (const [index, mark] of call.marks.slice(0, -1).entries()) {
      const ended = endOfFollowed(stdout, stderr, mark);
      if (ended === undefined) return;
      ends[index]?.resolve(ended);
    }
  };
  const stdout = collectOutput(
    channel,
    stdoutBytes,
    tooLong('standard output', stdoutBytes),
    settle,
  );
  const stderr = collectOutput(
    channel.stderr,
    stderrBytes,
    tooLong('standard error', stderrBytes),
    settle,
  );
  let code: number | null = null;
  let signal: string | null = null;
  channel.on('exit', (exitCode: number | null, signalName?: string) => {
    code = exitCode;
    signal = signalName ?? null;
  });
  // An error of the channel without a listener would end the process. `close` and the connection report it already.
  channel.on('error', () => undefined);
  channel.on('close', () => {
    end();
    for (const [index, { resolve }] of ends.entries())
      resolve({ code, signal, ...endOfLast(stdout, stderr, call.marks[index]) });
  });
  void waitForOutput(channel, call.marks[0], done.signal).then(call.onBegin);
  writeStdin(channel, {
    head: call.head,
    payload: call.payload,
    ready: waitForOutput(channel, call.streamAfter, done.signal),
    done: done.signal,
  }).catch((error: unknown) => failAll(payloadFailed(call.what, call.host, error)));
  return ends.map(({ promise }) => {
    // The promise may reject before anybody awaits it, and an unhandled rejection would end the process.
    promise.catch(() => undefined);
    return promise;
  });
}

/** Returns how a script ended after which another one follows in this channel; undefined while it runs. */
function endOfFollowed(stdout: Output, stderr: Output, mark: string): CommandEnd | undefined {
  const [out, error] = [stdout.between(mark), stderr.between(mark)];
  if (out === undefined || error === undefined) return undefined;
  const { code, runner } = out;
  return { started: true, code, signal: null, stdout: out.text, stderr: error.text, runner };
}

/** Removes the text before the script from both outputs: all up to the line with its mark. */
function endOfLast(
  stdout: Output,
  stderr: Output,
  mark: string | undefined,
): Omit<CommandEnd, 'code' | 'signal'> {
  if (mark === undefined) return { started: true, stdout: stdout.all(), stderr: stderr.all() };
  const [out, error] = [stdout.after(mark), stderr.after(mark)];
  const started = out !== undefined || error !== undefined;
  return { started, stdout: out ?? stdout.all(), stderr: error ?? stderr.all() };
}
