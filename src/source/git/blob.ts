// Names a blob of a repository, hashes its content as git does, and says why it is unreadable.
import { createHash } from 'node:crypto';
import { StageFailed } from '../../deploy/record/errors.ts';
import { withoutCredentials } from './git.ts';

/** The id of a blob, and the size that git listed for it. */
export interface BlobName {
  id: string;
  bytes: number;
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
