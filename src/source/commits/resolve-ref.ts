// Finds the commit of a branch, tag or sha, and explains an ambiguous or unknown one.
import { CommitRefused, StageFailed } from '../../deploy/record/errors.ts';
import type { Commit } from '../../deploy/ports/ports.ts';
import { git, type Repository } from '../git/git.ts';
import { shellWord } from '../../deploy/untrusted/shell-word.ts';
import { didYouMean } from '../../deploy/untrusted/spelling.ts';
import { isFullSha } from '../git/ref.ts';
import { readCommit } from './list-commits.ts';

/** Prefers a branch to a tag of the same name, because people mean the branch. git alone would take the tag. */
export async function resolveRef(repository: Repository, ref: string): Promise<Commit | undefined> {
  // A ref from macOS may have an accented letter as two characters. Git compares bytes, so try both spellings.
  const spellings = new Set([ref, ref.normalize('NFC'), ref.normalize('NFD')]);
  const ways = isFullSha(ref)
    ? [ref]
    : [...spellings].flatMap((one) => [`refs/heads/${one}`, `refs/tags/${one}`, one]);
  for (const way of ways) {
    const commit = await readCommit(repository, `${way}^{commit}`);
    // A branch may have a full sha as its name, and point to another commit.
    if (commit && (!isFullSha(ref) || commit.sha === ref)) return commit;
  }
  return undefined;
}

/** The ref without a suffix that names an ancestor: `main~2` → `main`. */
export function nameIn(ref: string): string {
  return ref.replace(/[~^].*$/, '');
}

/** Fails with `ambiguous-ref` if a name is a branch or tag and also the beginning of a commit's sha. */
export async function refuseAmbiguous(repository: Repository, ref: string): Promise<void> {
  const name = nameIn(ref);
  const commits = await commitsStartingWith(repository, name.toLowerCase());
  if (commits.length === 0) return;
  const full = [`refs/heads/${name}`, `refs/tags/${name}`];
  const args = ['for-each-ref', '--format=%(refname)', ...full];
  const there = (await git(args, repository)).stdout.split('\n');
  const named = full.find((one) => there.includes(one));
  if (named === undefined) return;
  throw new CommitRefused(
    `${name} is ambiguous: a commit starts with it (${commits[0]}), and ${named} has that name.`,
    {
      code: 'ambiguous-ref',
      next: `\`/argo deploy ${commits[0]}\` for the commit, or \`/argo deploy ${named}\` for the other.`,
    },
  );
}

/**
 * The failure to throw for an unknown ref. It suggests similar refs, or lists the commits that a short sha matches.
 * `declared` is the branch in argo.yml.
 */
export async function unknownRef(
  repository: Repository,
  ref: string,
  declared?: string,
): Promise<StageFailed> {
  const fits = await commitsStartingWith(repository, ref);
  if (fits.length > 1) {
    const some = fits.slice(0, 3).map((sha) => sha.slice(0, 12));
    return new CommitRefused(`${ref} fits ${fits.length} commits: ${some.join(', ')}.`, {
      code: 'unknown-ref',
      next: 'type more characters of the sha.',
    });
  }
  const all = await names(repository);
  const name = nameIn(ref).replace(/^refs\/(?:heads|tags)\//, '');
  if (all.includes(name)) return withoutCommit(name, ref);
  const hint = hintFor(name, all);
  return new CommitRefused(
    `There is no branch, tag or commit ${ref}${hint && `. ${hint.replace(/^d/, 'D')}`}`,
    {
      code: 'unknown-ref',
      next:
        ref === declared && ref !== 'HEAD'
          ? `correct source.branch in argo.yml and restart argo-bot, or push ${ref}.`
          : /^did you mean \S+\?$/.test(hint)
            ? `\`/argo deploy ${hint.slice('did you mean '.length, -1)}\`, or push ${ref} first.`
            : 'push it, or correct the name: `/argo deploy <ref>`.',
    },
  );
}

/** The failure for a branch or tag that exists, but names no commit: `main~99`, or a tag of a file. */
function withoutCommit(name: string, ref: string): CommitRefused {
  const isAncestor = /[~^]/.test(ref);
  return new CommitRefused(
    isAncestor ? `${name} has no ancestor ${ref}.` : `${name} is a tag of a file, not of a commit.`,
    {
      code: 'unknown-ref',
      next: isAncestor
        ? `take a commit that \`git log ${shellWord(name)}\` lists: \`/argo deploy <ref>\`.`
        : 'name a branch, a commit, or a tag of a commit: `/argo deploy <ref>`.',
    },
  );
}

/** The names of a main branch. A repository that renamed one has another of them. */
const MAIN = ['main', 'master', 'trunk'];

function hintFor(name: string, all: readonly string[]): string {
  const renamed = MAIN.includes(name) ? MAIN.find((one) => all.includes(one)) : undefined;
  return renamed === undefined ? didYouMean(name, all) : `did you mean ${renamed}?`;
}

async function commitsStartingWith(repository: Repository, prefix: string): Promise<string[]> {
  if (!/^[0-9a-f]{4,39}$/.test(prefix)) return [];
  const found = await git(['rev-parse', `--disambiguate=${prefix}`], repository);
  const shas = found.stdout.split('\n').filter((line) => isFullSha(line));
  const kinds = await Promise.all(
    shas.slice(0, 20).map((sha) => git(['cat-file', '-t', sha], repository)),
  );
  return shas.filter((_, index) => kinds[index]?.stdout.trim() === 'commit');
}

async function names(repository: Repository): Promise<string[]> {
  const args = ['for-each-ref', '--count=5000', '--format=%(refname)', 'refs/heads', 'refs/tags'];
  const answer = await git(args, repository);
  return answer.stdout
    .split('\n')
    .filter(Boolean)
    .map((name) => name.replace(/^refs\/(heads|tags)\//, ''));
}
