// Streams one long blob by a git process of its own, so that a slow reader delays nobody.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { type BlobName, blobHash, unreadableBlob } from './blob.ts';
import { gitInvocation } from './git.ts';

const MOST_STDERR = 4_096;

/** The stream ends with an error if its bytes do not fit the id. */
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
