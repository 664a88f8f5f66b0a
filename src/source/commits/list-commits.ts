// Lists commits with author, time and subject: one, a range, the newest, or those of a path.
import { stripVTControlCharacters } from 'node:util';
import type { Commit } from '../../deploy/ports/ports.ts';
import { git, type Repository } from '../git/git.ts';

const FORMAT = '--format=%H%x00%an%x00%ct%x00%s';

/** The commit of a revision; undefined if the repository does not have it. */
export async function readCommit(
  repository: Repository,
  revision: string,
): Promise<Commit | undefined> {
  return (await log(repository, ['-1', '--end-of-options', revision]))[0];
}

/** Commits reachable from `to` and not from `from`, newest first. If the repository lacks `from`, only `to` itself. */
export async function commitsBetween(
  repository: Repository,
  from: string | undefined,
  to: string,
  limit: number,
): Promise<Commit[]> {
  const known = from !== undefined && (await readCommit(repository, from)) !== undefined;
  const range = known ? [`-${Math.max(1, limit)}`, '--end-of-options', to, `^${from}`] : undefined;
  return log(repository, range ?? ['-1', '--end-of-options', to]);
}

/** The newest commit that changed `path`, or none. `chosen` are further arguments of git log. */
export function commitsTouching(
  repository: Repository,
  chosen: readonly string[],
  path: string,
): Promise<Commit[]> {
  return log(repository, ['-1', '--no-renames', ...chosen, '--', path]);
}

/** The commits that git log lists with `args`; none if git fails. */
export async function log(repository: Repository, args: readonly string[]): Promise<Commit[]> {
  const format = ['log', '-z', '--no-show-signature', '--no-mailmap', FORMAT];
  const answer = await git([...format, ...args], repository);
  if (!answer.ok || answer.stdout === '') return [];
  // -z separates commits by NUL too, so every four fields are one commit.
  const fields = answer.stdout.replace(/\0$/, '').split('\0');
  return Array.from({ length: Math.floor(fields.length / 4) }, (_, index) => {
    const [sha = '', author = '', seconds = '0', subject = ''] = fields.slice(index * 4);
    return {
      sha,
      author: plain(author, 100),
      subject: plain(subject, 200),
      at: Number(seconds) * 1000,
    };
  });
}

/** Removes control, invisible and direction-changing characters: a commit could disguise its text with them. */
export function plain(text: string, cap: number): string {
  const visible = stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .trim();
  const letters = Array.from(visible);
  return letters.length <= cap ? visible : `${letters.slice(0, cap - 1).join('')}…`;
}
