import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Header, type Pack } from 'tar-stream';
import { StageFailed } from '../../deploy/record/errors.ts';
import { openInside, readInside } from '../../deploy/untrusted/safe-file.ts';
import { fileWords, propertyOf } from '../ssh/what-went-wrong.ts';

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

type Content = Buffer | 'streamed';

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
      if (content === 'streamed') await addStreamed(tar, header(file), directory);
      else await add(tar, header(file), content);
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
      const content = read(directory, ahead.path);
      // Awaited below in its turn; until then its failure is nobody's.
      content.catch(() => undefined);
      reading.push(content);
    }
    const content = await reading.shift();
    if (content !== undefined) yield [file, content];
  }
}

async function read(directory: string, name: string): Promise<Content> {
  const found = readInside(directory, name, wholeBytes);
  if (found.kind === 'file') return found.content;
  if (found.kind === 'too-large') return 'streamed';
  throw new Error(`${name} ${found.problem}`);
}

async function add(tar: Pack, header: FileHeader, content: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  tar.entry(header, content, (error) => (error ? reject(error) : resolve()));
  await promise;
}

async function addStreamed(tar: Pack, header: FileHeader, directory: string): Promise<void> {
  // Held against its limit when it was discovered, and against its sha256 on the host.
  const opened = openInside(directory, header.name, Number.MAX_SAFE_INTEGER);
  if (opened.kind !== 'open') throw new Error(`${header.name} ${opened.problem}`);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // One byte more than announced is not sent, one less is an error.
  const source = createReadStream('', { fd: opened.fd, start: 0, end: opened.bytes - 1 });
  const sized = { ...header, size: opened.bytes };
  const entry = tar.entry(sized, (error) => (error ? reject(error) : resolve()));
  // Both at once: either may fail first, and neither may fail unheard.
  await Promise.all([pipeline(source, entry), promise]);
}

function asFailure(directory: string, error: unknown): StageFailed {
  const own = error instanceof Error && propertyOf(error, 'code') === undefined;
  const why = own ? error.message : fileWords(error);
  return new StageFailed(`the files in ${directory} changed while they were being sent (${why})`, {
    code: 'files-changed',
    next: 'Nothing is live yet: run the deployment again, and see what else writes there.',
    cause: error,
  });
}
