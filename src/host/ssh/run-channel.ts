// Writes input to an open SSH channel, reads its outputs, and returns how the command ended.
import type { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { outputTooLong, payloadFailed } from './failures.ts';
import { writeStdin } from './write-stdin.ts';

export interface Call {
  command: string;
  /** Written at once: the script and its parameters. */
  head: Buffer;
  /** The line before the script's output on both streams. Text before it comes from the login shell. */
  begin: string | undefined;
  onBegin?: () => void;
  payload: Readable | Buffer | undefined;
  /** Send a stream only after this output, because it can be sent once and the host may be busy. */
  streamAfter: string | undefined;
  what: string;
  host: string;
}

/** Without an exit code and a signal, the end of the command is unknown. */
export interface CommandEnd {
  /** Whether the script started. If not, the outputs are those of the login shell. */
  started: boolean;
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

const stdoutBytes = 8 * 1024 * 1024;
const stderrBytes = 1024 * 1024;

/** `over` stops the writing. Rejects if an output is too long or the payload fails. */
export function runChannel(
  channel: ClientChannel,
  call: Call,
  over: AbortSignal,
): Promise<CommandEnd> {
  const { promise, resolve, reject } = Promise.withResolvers<CommandEnd>();
  const done = new AbortController();
  const end = (): void => done.abort();
  over.addEventListener('abort', end, { once: true });
  const tooLong = (name: string, limit: number) => (): void =>
    reject(outputTooLong(call.what, call.host, name, limit));
  const stdout = collect(channel, stdoutBytes, tooLong('standard output', stdoutBytes));
  const stderr = collect(channel.stderr, stderrBytes, tooLong('standard error', stderrBytes));
  let code: number | null = null;
  let signal: string | null = null;
  channel.on('exit', (exitCode: number | null, signalName?: string) => {
    code = exitCode;
    signal = signalName ?? null;
  });
  // `close` and the connection report the failure. Without a listener the error would end the process.
  channel.on('error', () => undefined);
  channel.on('close', () => {
    end();
    resolve({ code, signal, ...scriptOutput(stdout(), stderr(), call.begin) });
  });
  void waitForOutput(channel, call.begin, done.signal).then(call.onBegin);
  writeStdin(channel, {
    head: call.head,
    payload: call.payload,
    ready: waitForOutput(channel, call.streamAfter, done.signal),
    done: done.signal,
  }).catch((error: unknown) => reject(payloadFailed(call.what, call.host, error)));
  return promise;
}

/** The output after the line `begin`. */
function scriptOutput(
  stdout: string,
  stderr: string,
  begin: string | undefined,
): Omit<CommandEnd, 'code' | 'signal'> {
  if (begin === undefined) return { started: true, stdout, stderr };
  const [out, error] = [stdout, stderr].map((text) => {
    const at = text.indexOf(`${begin}\n`);
    return at === -1 ? undefined : text.slice(at + begin.length + 1);
  });
  const started = out !== undefined || error !== undefined;
  return { started, stdout: out ?? stdout, stderr: error ?? stderr };
}

/** Reads to the end even above the limit, because otherwise the channel never closes. */
function collect(stream: Readable, limit: number, onOver: () => void): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limit) onOver();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/** Resolves when the script has printed `words`, or has ended. */
function waitForOutput(
  channel: Readable,
  words: string | undefined,
  done: AbortSignal,
): Promise<void> {
  if (words === undefined) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  let heard = '';
  const listen = (chunk: Buffer): void => {
    heard += chunk.toString('latin1');
    if (heard.includes(words)) {
      channel.off('data', listen);
      resolve();
    }
    // The words may be split over two chunks.
    heard = heard.slice(-words.length);
  };
  channel.on('data', listen);
  done.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
