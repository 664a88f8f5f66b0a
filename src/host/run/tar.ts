// Packs the files of a release into a tar stream for upload.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Header, type Pack } from 'tar-stream';
import { StageFailed } from '../../deploy/record/errors.ts';
import type { FileReader } from '../../deploy/ports/ports.ts';
import { readAhead } from '../../deploy/untrusted/read-ahead.ts';
import { fileWords } from '../ssh/error-words.ts';
import { propertyOf } from '../../deploy/untrusted/unknown-error.ts';

export interface PackOptions {
  /** The modification time of all files, in Unix seconds. Python compares it with the time in its .pyc files. */
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

/** Packs `extra` last. Its last file is .argo/manifest, whose arrival upload.sh checks: tar ignores a cut between files. */
export function packFiles(
  from: FileReader,
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
    const ahead = readAhead(files, filesAhead, ({ path }) => read(from, path));
    for await (const [file, content] of ahead) {
      if (tar.destroyed) return;
      if (content === 'streamed') await addStreamed(tar, header(file), from);
      else await add(tar, header(file), content);
    }
    for (const file of extra) await add(tar, header(file), file.content);
    tar.finalize();
  }
  fill().catch((error: unknown) => tar.destroy(asFailure(error)));
  return Readable.from(tar, { objectMode: false });
}

async function read(from: FileReader, name: string): Promise<Content> {
  const found = await from.read(name, wholeBytes);
  if (found.kind === 'file') return found.content;
  if (found.kind === 'too-large') return 'streamed';
  throw new Error(`${name} ${found.problem}`);
}

async function add(tar: Pack, header: FileHeader, content: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  tar.entry(header, content, (error) => (error ? reject(error) : resolve()));
  await promise;
}

async function addStreamed(tar: Pack, header: FileHeader, from: FileReader): Promise<void> {
  const found = await from.stream(header.name);
  if (found.kind !== 'stream') throw new Error(`${header.name} ${found.problem}`);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const sized = { ...header, size: found.bytes };
  const entry = tar.entry(sized, (error) => (error ? reject(error) : resolve()));
  // Await both, because either may fail first.
  await Promise.all([pipeline(found.content, entry), promise]);
}

function asFailure(error: unknown): Error {
  if (error instanceof StageFailed) return error;
  const own = error instanceof Error && propertyOf(error, 'code') === undefined;
  const why = own ? error.message : fileWords(error);
  return new StageFailed(`the files of the release changed while they were being sent (${why})`, {
    code: 'files-changed',
    next: 'try again. If it fails again, find out what else writes into that folder. Nothing is live yet.',
    cause: error,
  });
}
