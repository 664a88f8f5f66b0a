import type { Readable, Writable } from 'node:stream';

/** Small pieces (tar headers) are gathered: each write is a packet of its own on the wire. */
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
  /** Written first: the parameters. */
  head: Buffer;
  payload: Readable | Buffer | undefined;
  /** A stream can be sent only once, so it waits for this. */
  ready: Promise<void>;
  /** The script has ended: nothing more need be written. */
  done: AbortSignal;
}

/**
 * Writes everything at the pace the other side reads. Rejects only for the payload's own error:
 * when the script has ended early the rest stays unwritten, as its exit code tells more.
 */
export async function writeStdin(channel: Writable, input: Input): Promise<void> {
  const { head, payload, ready, done } = input;
  await write(channel, head, done);
  if (Buffer.isBuffer(payload)) {
    await write(channel, payload, done);
  } else if (payload !== undefined) {
    await ready;
    // Busy: the stream stays untouched for the next attempt.
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
  await new Promise<void>((resolve) => {
    const go = (): void => {
      channel.off('drain', go);
      done.removeEventListener('abort', go);
      resolve();
    };
    channel.on('drain', go);
    done.addEventListener('abort', go);
  });
}
