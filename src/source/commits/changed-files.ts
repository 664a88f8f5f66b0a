// Lists the files of a service that differ between two commits.
import { git, type Repository } from '../git/git.ts';

/** Paths relative to `directory`; undefined if the repository does not have both commits. */
export async function changedFiles(
  repository: Repository,
  { from, to, directory }: { from: string; to: string; directory: string },
): Promise<ReadonlySet<string> | undefined> {
  const inside = directory === '.' ? [] : [`--relative=${directory}`];
  const options = ['--name-only', '-z', '--no-renames', '--no-ext-diff', '--no-textconv'];
  const args = ['diff', ...options, ...inside, '--end-of-options', from, to, '--'];
  const answer = await git(args, repository);
  return answer.ok ? new Set(answer.stdout.split('\0').filter(Boolean)) : undefined;
}
