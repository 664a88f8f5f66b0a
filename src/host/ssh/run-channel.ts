import type { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { outputTooLong, payloadFailed } from './failures.ts';
import { writeStdin } from './write-stdin.ts';

export interface Call {
  command: string;
  /** What is written at once: the script and its parameters. */
  head: Buffer;
  /** The script's output begins behind this line, on both streams; what comes before is the login shell's. */
  begin: string | undefined;
  onBegin?: () => void;
  payload: Readable | Buffer | undefined;
  /** Words of the script until which a stream is kept back: it can be sent once, and the host may be busy. */
  streamAfter: string | undefined;
  what: string;
  host: string;
}

/** No exit code and no signal: nobody knows how it ended. */
export interface Ended {
  /** The script was reached. If not, the outputs are what was written instead of it. */
  begun: boolean;
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

const stdoutBytes = 8 * 1024 * 1024;
const stderrBytes = 1024 * 1024;

/** Speaks with one open channel to its end: feeds it, drains both outputs, notes how it ended. */
export function runChannel(channel: ClientChannel, call: Call, over: AbortSignal): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
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
  // What it means is said by `close` and by the link; unheard it would end the process.
  channel.on('error', () => undefined);
  channel.on('close', () => {
    end();
    resolve({ code, signal, ...ofScript(stdout(), stderr(), call.begin) });
  });
  void said(channel, call.begin, done.signal).then(call.onBegin);
  writeStdin(channel, {
    head: call.head,
    payload: call.payload,
    ready: said(channel, call.streamAfter, done.signal),
    done: done.signal,
  }).catch((error: unknown) => reject(payloadFailed(call.what, call.host, error)));
  return promise;
}

/** What the script itself wrote. */
function ofScript(
  stdout: string,
  stderr: string,
  begin: string | undefined,
): Omit<Ended, 'code' | 'signal'> {
  if (begin === undefined) return { begun: true, stdout, stderr };
  const [out, error] = [stdout, stderr].map((text) => {
    const at = text.indexOf(`${begin}\n`);
    return at === -1 ? undefined : text.slice(at + begin.length + 1);
  });
  const begun = out !== undefined || error !== undefined;
  return { begun, stdout: out ?? stdout, stderr: error ?? stderr };
}

/** Both outputs must be read to the end, or the channel never closes. */
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

/** Settles when the script has said these words, or has ended without them. */
function said(channel: Readable, words: string | undefined, done: AbortSignal): Promise<void> {
  if (words === undefined) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  let heard = '';
  const listen = (chunk: Buffer): void => {
    heard += chunk.toString('latin1');
    if (heard.includes(words)) {
      channel.off('data', listen);
      resolve();
    }
    // They may come in two pieces.
    heard = heard.slice(-words.length);
  };
  channel.on('data', listen);
  done.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
