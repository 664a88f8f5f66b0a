// Collects an output of an SSH channel, and finds each script's part in it.
import type { Readable } from 'node:stream';

export interface Output {
  all(): string;
  /** Returns the text after the line with this mark; undefined if there is none. */
  after(mark: string): string | undefined;
  /** Returns the text between the line with this mark and the line `mark code [runner]`; undefined before both. */
  between(mark: string): { text: string; code: number; runner: string | undefined } | undefined;
}

/** Reads to the end even above `limit` bytes, because an unread channel never closes. Calls `onData` at each piece. */
export function collectOutput(
  stream: Readable,
  limit: number,
  onOver: () => void,
  onData: () => void,
): Output {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const whole = (): Buffer => {
    if (chunks.length > 1) chunks.splice(0, chunks.length, Buffer.concat(chunks));
    return chunks[0] ?? Buffer.alloc(0);
  };
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limit) onOver();
    else chunks.push(chunk);
    onData();
  });
  const startAfter = (mark: string): number | undefined => {
    const at = whole().indexOf(`${mark}\n`);
    return at === -1 ? undefined : at + mark.length + 1;
  };
  return {
    all: () => whole().toString(),
    after(mark) {
      const from = startAfter(mark);
      return from === undefined ? undefined : whole().toString('utf8', from);
    },
    between(mark) {
      const from = startAfter(mark);
      if (from === undefined) return undefined;
      const to = whole().indexOf(`${mark} `, from);
      const line = to === -1 ? '' : whole().toString('latin1', to, to + mark.length + 32);
      const [, code, runner] = /^\w+ (\d+)(?: (\w+))?\n/.exec(line) ?? [];
      if (code === undefined) return undefined;
      return { text: whole().toString('utf8', from, to), code: Number(code), runner };
    },
  };
}

/** Resolves when the stream has printed `words`, or when `done` aborts. */
export function waitForOutput(
  stream: Readable,
  words: string | undefined,
  done: AbortSignal,
): Promise<void> {
  if (words === undefined) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  let heard = '';
  const listen = (chunk: Buffer): void => {
    heard += chunk.toString('latin1');
    if (heard.includes(words)) {
      stream.off('data', listen);
      resolve();
    }
    // `words` may be split over two chunks.
    heard = heard.slice(-words.length);
  };
  stream.on('data', listen);
  done.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
