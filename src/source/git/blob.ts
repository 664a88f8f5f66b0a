// Checks a blob that git wrote: its header, its size, and its hash.
import { createHash } from 'node:crypto';
import { StageFailed } from '../../deploy/record/errors.ts';
import { withoutCredentials } from './git.ts';

/** The id of a blob, and the size that git listed for it. */
export interface BlobName {
  id: string;
  bytes: number;
}

const HEADER = /^([0-9a-f]{40,64}) blob (\d+)$/;
const LONGEST_HEADER = 200;

/** One answer of `git cat-file --batch`: `<id> blob <bytes>`, the content, and a line break after each. */
export class BlobAnswer {
  content: Buffer | undefined;
  problem: string | undefined;
  readonly #asked: BlobName;
  #header = '';
  #filled = 0;
  #into: Buffer | undefined;

  constructor(asked: BlobName) {
    this.#asked = asked;
  }

  /** Reads a chunk of git's output, and returns the bytes that belong to the next answer. */
  take(chunk: Buffer): Buffer {
    const rest = this.#into === undefined ? this.#takeHeader(chunk) : chunk;
    if (this.#into === undefined) return rest;
    const copied = rest.copy(this.#into, this.#filled);
    this.#filled += copied;
    if (this.#filled === this.#into.length) this.#finish(this.#into.subarray(0, -1));
    return rest.subarray(copied);
  }

  #takeHeader(chunk: Buffer): Buffer {
    const end = chunk.indexOf('\n');
    this.#header += chunk.toString('latin1', 0, end === -1 ? LONGEST_HEADER : end);
    if (end === -1 && this.#header.length < LONGEST_HEADER) return chunk.subarray(chunk.length);
    const { id, bytes } = this.#asked;
    const [, found, size] = HEADER.exec(this.#header) ?? [];
    // Allocate only the size that the caller expects, so that a hostile object cannot claim memory.
    if (found === id && Number(size) === bytes) this.#into = Buffer.allocUnsafe(bytes + 1);
    else this.problem = `it answered ${JSON.stringify(this.#header.slice(0, LONGEST_HEADER))}`;
    return chunk.subarray(end + 1);
  }

  #finish(content: Buffer): void {
    if (blobHash(this.#asked).update(content).digest('hex') === this.#asked.id)
      this.content = content;
    else this.problem = 'its bytes do not fit its id';
  }
}

/** Begins git's hash of a blob; the caller adds the content. */
export function blobHash({ id, bytes }: BlobName) {
  return createHash(id.length === 64 ? 'sha256' : 'sha1').update(`blob ${bytes}\0`);
}

/** `renewIfDamaged` recognizes this failure by the words "unable to read". */
export function unreadableBlob(gitDirectory: string, id: string, why: string): StageFailed {
  return new StageFailed(
    `git is unable to read blob ${id} of ${gitDirectory}: ${withoutCredentials(why)}`,
    {
      code: 'source-unreachable',
      next: `run \`git -C ${gitDirectory} fsck\` as the user of argo-bot, fetch what it misses, then try again.`,
    },
  );
}
