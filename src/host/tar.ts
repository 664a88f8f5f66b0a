import { constants, createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Header, type Pack } from 'tar-stream';
import { StageFailed } from '../deploy/errors.ts';
import { fileWords } from './what-went-wrong.ts';

export interface PackOptions {
  /** Unix seconds, the same for every file: Python's cache compares it with what it compiled. */
  mtime: number;
}

interface Packed {
  path: string;
  mode: number;
}

/** Read whole, ahead of their turn; longer files are streamed. */
const wholeBytes = 256 * 1024;
const filesAhead = 16;

type FileHeader = Partial<Header> & { name: string };

type Content = Buffer | { file: string; bytes: number };

/**
 * A tar of files below a directory, then of `extra`. Those come last on purpose: the last one being
 * there shows that the stream was not cut, which tar itself does not notice between two files.
 */
export function packFiles(
  directory: string,
  files: readonly Packed[],
  extra: readonly (Packed & { content: Buffer })[],
  { mtime }: PackOptions,
): Readable {
  const tar = pack();
  const header = ({ path, mode }: Packed): FileHeader => ({
    name: path,
    mode,
    mtime: new Date(mtime * 1_000),
    uid: 0,
    gid: 0,
    type: 'file',
  });
  async function fill(): Promise<void> {
    for await (const [file, content] of readAhead(directory, files)) {
      if (tar.destroyed) return;
      await add(tar, header(file), content);
    }
    for (const file of extra) await add(tar, header(file), file.content);
    tar.finalize();
  }
  fill().catch((error: unknown) => tar.destroy(asFailure(directory, error)));
  return Readable.from(tar, { objectMode: false });
}

async function* readAhead(
  directory: string,
  files: readonly Packed[],
): AsyncGenerator<[Packed, Content]> {
  const reading: Promise<Content>[] = [];
  for (const [index, file] of files.entries()) {
    for (let next = index + reading.length; reading.length < filesAhead; next += 1) {
      const ahead = files[next];
      if (ahead === undefined) break;
      const content = read(join(directory, ahead.path));
      // Awaited below in its turn; until then its failure is nobody's.
      content.catch(() => undefined);
      reading.push(content);
    }
    const content = await reading.shift();
    if (content !== undefined) yield [file, content];
  }
}

async function read(file: string): Promise<Content> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await handle.stat();
    return size > wholeBytes ? { file, bytes: size } : await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function add(tar: Pack, header: FileHeader, content: Content): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const done = (error?: Error | null): void => (error ? reject(error) : resolve());
  if (Buffer.isBuffer(content)) {
    tar.entry(header, content, done);
  } else {
    const entry = tar.entry({ ...header, size: content.bytes }, done);
    // One byte more than announced is not sent, one less is an error.
    const source = createReadStream(content.file, { end: content.bytes - 1 });
    // Both at once: either may fail first, and neither may fail unheard.
    await Promise.all([pipeline(source, entry), promise]);
  }
  await promise;
}

function asFailure(directory: string, error: unknown): StageFailed {
  const why = fileWords(error);
  return new StageFailed(`the files in ${directory} changed while they were being sent (${why})`, {
    code: 'files-changed',
    next: 'Nothing is live yet: run the deployment again, and see what else writes there.',
    cause: error,
  });
}
