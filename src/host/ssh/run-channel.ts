// Writes input to an open SSH channel, reads its outputs, and returns how the command ended.
import type { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { outputTooLong, payloadFailed } from './failures.ts';
import { writeStdin } from './write-stdin.ts';

export interface Call {
  command: string;
  /** The script and its parameters, which are written first. */
  head: Buffer;
  /** The line that is printed on both outputs before the script starts. Text before it comes from the login shell. */
  begin: string | undefined;
  onBegin?: () => void;
  payload: Readable | Buffer | undefined;
  /** Send a payload stream only after the script printed this. A stream can be sent once, and the host may be busy. */
  streamAfter: string | undefined;
  what: string;
  host: string;
}

/** How a command ended. Without a code and a signal, it is unknown whether the command finished. */
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

/** Ends when the channel closes. `over` stops the writing. Rejects if an output is too long or the payload fails. */
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
  // `close` and the connection report errors of the channel. Without this listener they would end the process.
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

/** Removes the login shell's text from both outputs: all up to the line `begin`. */
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

/** Collects the text of a stream. Reads to the end even above the limit, because an unread channel never closes. */
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
    // `words` may be split over two chunks.
    heard = heard.slice(-words.length);
  };
  channel.on('data', listen);
  done.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
