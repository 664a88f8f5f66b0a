// Streams a blob of a repository, hashes it as git does, and says why it is unreadable.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { hostname } from 'node:os';
import { StageFailed } from '../../deploy/record/errors.ts';
import { shellWord } from '../../deploy/untrusted/shell-word.ts';
import { gitInvocation, withoutCredentials } from './git.ts';
import { asBot } from './repository-advice.ts';

/** The id of a blob, and the size that git listed for it. */
export interface BlobName {
  id: string;
  bytes: number;
}

/** Starts the hash that is a blob's id in git. The caller adds the content. */
export function blobHash({ id, bytes }: BlobName) {
  return createHash(id.length === 64 ? 'sha256' : 'sha1').update(`blob ${bytes}\0`);
}

/** The words "unable to read" make `renewIfDamaged` fetch the mirror again and repeat the read. */
export function unreadableBlob(gitDirectory: string, id: string, why: string): StageFailed {
  return new StageFailed(
    `git is unable to read blob ${id} of ${gitDirectory}: ${withoutCredentials(why)}`,
    {
      code: 'source-unreachable',
      next: `on ${hostname()}: \`${asBot()} git -C ${shellWord(gitDirectory)} fsck\`. Fetch what it misses, then try again.`,
    },
  );
}

const MOST_STDERR = 4_096;

/** Starts a git process for this blob, so that slow readers do not block others. Fails if the bytes have another id. */
export async function streamBlob(gitDirectory: string, blob: BlobName): Promise<Readable> {
  const { args, env } = gitInvocation(['cat-file', 'blob', blob.id], gitDirectory);
  const git = spawn('git', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  git.stderr.on('data', (more: Buffer) => {
    said = (said + more.toString('utf8')).slice(-MOST_STDERR);
  });
  const failed = (why: string) => unreadableBlob(gitDirectory, blob.id, said.trim() || why);
  await Promise.race([once(git.stdout, 'readable'), once(git, 'error')]);
  if (git.stdout.readableLength === 0) {
    git.stdout.resume();
    await once(git, 'close');
    throw failed('nothing written');
  }
  async function* checked(): AsyncGenerator<Buffer> {
    const hash = blobHash(blob);
    try {
      for await (const chunk of git.stdout as AsyncIterable<Buffer>) {
        hash.update(chunk);
        yield chunk;
      }
      if (hash.digest('hex') !== blob.id) throw failed('its bytes do not fit its id');
    } finally {
      git.kill('SIGKILL');
    }
  }
  return Readable.from(checked(), { objectMode: false });
}
