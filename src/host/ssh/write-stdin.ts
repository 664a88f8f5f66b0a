// Writes a script's input to an SSH channel, at the pace at which the host reads it.
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** Small pieces, such as tar headers, are joined up to this size, because each write becomes an SSH packet. */
const gatherBytes = 64 * 1024;

async function* gathered(payload: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of payload) {
    const buffer = Buffer.from(piece);
    pieces.push(buffer);
    bytes += buffer.length;
    if (bytes < gatherBytes) continue;
    yield Buffer.concat(pieces);
    pieces = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(pieces);
}

export interface Input {
  /** The script and its parameters, which are written first. */
  head: Buffer;
  payload: Readable | Buffer | undefined;
  /** Resolves when a payload stream may be sent. A stream can be sent only once. */
  ready: Promise<void>;
  /** Aborts when the script has ended. */
  done: AbortSignal;
}

/** Rejects only if the payload cannot be read. If the script ends early, its exit code tells why. */
export async function writeStdin(channel: Writable, input: Input): Promise<void> {
  const { head, payload, ready, done } = input;
  await write(channel, head, done);
  if (Buffer.isBuffer(payload)) {
    await write(channel, payload, done);
  } else if (payload !== undefined) {
    await ready;
    // The script ended before it was ready, because the host was busy. Keep the stream for the next attempt.
    if (done.aborted) return;
    for await (const chunk of gathered(payload)) {
      if (done.aborted) break;
      await write(channel, chunk, done);
    }
  }
  if (!done.aborted) channel.end();
}

async function write(channel: Writable, chunk: Buffer, done: AbortSignal): Promise<void> {
  if (done.aborted || channel.write(chunk)) return;
  await once(channel, 'drain', { signal: done }).catch(() => undefined);
}
