// Finds the commit that last changed a line of a file, by git blame.
import path from 'node:path';
import { git, type Repository } from '../git/git.ts';
import { isFullSha } from '../git/ref.ts';

/** git blame may be slow in a long history. Without its answer, a failure message names no commit. */
const LIMIT_MS = 5_000;

/** The sha of the commit; undefined if git finds none or takes too long. `path` is relative to `inside`. */
export async function lastChange(
  repository: Repository,
  { sha, inside, path: file, line }: { sha: string; inside: string; path: string; line: number },
): Promise<string | undefined> {
  const full = path.posix.join(inside, file);
  if (full.startsWith('../')) return undefined;
  const range = `${line},${line}`;
  const args = ['blame', '--porcelain', '--no-textconv', '-L', range, sha, '--', full];
  const answer = await git(args, { ...repository, timeoutMs: LIMIT_MS });
  const [found = ''] = answer.stdout.split(' ', 1);
  return isFullSha(found) ? found : undefined;
}
