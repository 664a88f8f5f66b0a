// Packs the files of a release into a tar stream for upload.
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Header, type Pack } from 'tar-stream';
import { StageFailed } from '../../deploy/record/errors.ts';
import { openInside, readInside } from '../../deploy/untrusted/safe-file.ts';
import { fileWords } from '../ssh/error-words.ts';
import { propertyOf } from '../../deploy/untrusted/unknown-error.ts';

export interface PackOptions {
  /** Unix seconds for all files. Python's cache compares them with the time of what it compiled. */
  mtime: number;
}

interface Packed {
  path: string;
  mode: number;
}

/** Files up to this size are read ahead; longer files are streamed. */
const wholeBytes = 256 * 1024;
const filesAhead = 16;

type FileHeader = Partial<Header> & { name: string };

type Content = Buffer | 'streamed';

/**
 * `extra` comes last: if its last file arrived, the stream was complete. tar does not notice a cut between two files.
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
      // It is awaited below. Without a listener until then, its rejection would end the process.
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
  // Discovery checked its size, and the host will check its sha256.
  const opened = openInside(directory, header.name, Number.MAX_SAFE_INTEGER);
  if (opened.kind !== 'open') throw new Error(`${header.name} ${opened.problem}`);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Bytes beyond the announced size are not sent; fewer bytes are an error.
  const source = createReadStream('', { fd: opened.fd, start: 0, end: opened.bytes - 1 });
  const sized = { ...header, size: opened.bytes };
  const entry = tar.entry(sized, (error) => (error ? reject(error) : resolve()));
  // Await both, because either may fail first.
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
