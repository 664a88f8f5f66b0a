// Reads blobs of a repository by their ids, through one `git cat-file --batch` that stays open.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { blobHash, type BlobName, unreadableBlob } from './blob.ts';
import { gitInvocation } from './git.ts';

/** The most `git cat-file` processes that stay open, for all repositories together. */
const MOST_OPEN = 8;
const IDLE_MS = 10_000;
/** The time limit of one answer. A slower disk or file server counts as unreachable. */
const LIMIT_MS = 60_000;
const MOST_STDERR = 4_096;

const readers = new Map<string, ObjectReader>();

/** The bytes of a blob, whose hash must be its id. Fails with a StageFailed that `renewIfDamaged` recognizes. */
export function readBlob(gitDirectory: string, blob: BlobName): Promise<Buffer> {
  const reader = readers.get(gitDirectory) ?? new ObjectReader(gitDirectory);
  readers.delete(gitDirectory);
  const idle = [...readers.values()].find((one) => one.isIdle());
  if (readers.size >= MOST_OPEN) idle?.end();
  readers.set(gitDirectory, reader);
  return reader.read(blob);
}

/** Ends all git processes. The next read of a repository starts a new one. */
export function endObjectReaders(): void {
  for (const reader of readers.values()) reader.end();
}

type Git = ChildProcessByStdio<Writable, Readable, Readable>;

interface Waiting extends BlobName {
  /** Whether an earlier process was already asked for this blob and failed. */
  again: boolean;
  resolve: (content: Buffer) => void;
  reject: (error: unknown) => void;
}

/** If the git process fails, the reader asks a new one once: the mirror may have been repacked or replaced since. */
class ObjectReader {
  readonly #gitDirectory: string;
  #git: Git | undefined;
  #waiting: Waiting[] = [];
  /** Output of git since the last complete answer. */
  #written: Buffer[] = [];
  #stderr = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(gitDirectory: string) {
    this.#gitDirectory = gitDirectory;
  }

  read({ id, bytes }: BlobName): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#ask({ id, bytes, again: false, resolve, reject });
    });
  }

  isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  end(): void {
    readers.delete(this.#gitDirectory);
    this.#abandon('it was ended');
  }

  #ask(one: Waiting): void {
    const git = (this.#git ??= this.#start());
    this.#waiting.push(one);
    hold(git, true);
    this.#watch(LIMIT_MS, () => this.#abandon(`no answer in ${LIMIT_MS / 1_000} s`));
    git.stdin.write(`${one.id}\n`);
  }

  #start(): Git {
    const { args, env } = gitInvocation(['cat-file', '--batch'], this.#gitDirectory);
    const git: Git = spawn('git', args, { env, stdio: 'pipe' });
    this.#stderr = '';
    git.stdin.on('error', () => undefined);
    git.stderr.on('data', (more: Buffer) => {
      this.#stderr = (this.#stderr + more.toString('utf8')).slice(-MOST_STDERR);
    });
    git.stdout.on('data', (chunk: Buffer) => {
      if (this.#git === git) this.#take(chunk);
    });
    git.on('error', (error) => this.#ended(git, error.message));
    git.on('close', (code, by) => this.#ended(git, `it ended (${by ?? code})`));
    return git;
  }

  #ended(git: Git, why: string): void {
    if (this.#git === git) this.#restart(this.#stderr.trim() || why);
  }

  /** Kills the git process. All questions that it has not answered fail. */
  #abandon(why: string): void {
    clearTimeout(this.#timer);
    this.#git?.kill('SIGKILL');
    this.#git = undefined;
    this.#written = [];
    for (const one of this.#waiting.splice(0))
      one.reject(unreadableBlob(this.#gitDirectory, one.id, why));
  }

  /** Asks a new process all open questions. Rejects the first, which caused the failure, if it was asked twice. */
  #restart(why: string): void {
    const [first, ...others] = this.#waiting.splice(0);
    this.#abandon(why);
    if (first?.again === true) first.reject(unreadableBlob(this.#gitDirectory, first.id, why));
    else if (first) this.#ask({ ...first, again: true });
    for (const one of others) this.#ask(one);
  }

  #watch(ms: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, ms);
    this.#timer.unref();
  }

  #take(chunk: Buffer): void {
    this.#written.push(chunk);
    for (let asked = this.#waiting[0]; asked !== undefined; asked = this.#waiting[0]) {
      // Wait for the size that the caller expects, not for the one in git's answer, so that memory stays limited.
      const header = `${asked.id} blob ${asked.bytes}\n`;
      const end = header.length + asked.bytes;
      const size = this.#written.reduce((sum, one) => sum + one.length, 0);
      const beginning = (most: number): string =>
        Buffer.concat(this.#written, Math.min(size, most)).toString('latin1');
      if (!header.startsWith(beginning(header.length)))
        return this.#restart(`it answered ${JSON.stringify(beginning(200).split('\n')[0])}`);
      if (size <= end) return;
      const all = Buffer.concat(this.#written);
      const content = all.subarray(header.length, end);
      if (blobHash(asked).update(content).digest('hex') !== asked.id)
        return this.#restart('its bytes do not fit its id');
      // A line break follows the content.
      this.#written = size > end + 1 ? [all.subarray(end + 1)] : [];
      this.#settle(content);
    }
  }

  #settle(content: Buffer): void {
    this.#waiting.shift()?.resolve(content);
    if (this.#waiting.length > 0) {
      this.#timer?.refresh();
      return;
    }
    if (this.#git) hold(this.#git, false);
    this.#watch(IDLE_MS, () => this.end());
  }
}

/** A child that is not referenced does not keep Node running. So the bot waits for git only if a question is open. */
function hold(git: Git, keep: boolean): void {
  // The streams are sockets and have `ref` and `unref`, but the types of `spawn` omit them.
  for (const one of [git, git.stdin, git.stdout, git.stderr]) {
    const act: unknown = Reflect.get(one, keep ? 'ref' : 'unref');
    if (typeof act === 'function') Reflect.apply(act, one, []);
  }
}
