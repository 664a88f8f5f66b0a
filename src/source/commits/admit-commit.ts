// Decides whether a commit may be deployed: an allowed ref must contain it, and a signature may be required.
import { CommitRefused, StageFailed } from '../../deploy/record/errors.ts';
import type { Admitted, Commit, SourceSettings } from '../../deploy/ports/ports.ts';
import { git } from '../git/git.ts';
import { fetchMirror, isFresh, renewIfDamaged } from '../git/mirror.ts';
import { safeRef } from '../git/ref.ts';
import { readCommit } from './list-commits.ts';
import { resolveRef } from './resolve-ref.ts';
import { openRepository, type SourceRepository } from '../git/repository.ts';
import { type Question, requireSigned } from './verify-signature.ts';

/** Fails with StageFailed if the commit may not be deployed. If it cannot fetch, judges by the last fetch, and warns. */
export async function admitCommit(
  dataDirectory: string,
  settings: SourceSettings,
  sha: string,
  signal: AbortSignal,
): Promise<Admitted> {
  const repository = await openRepository(dataDirectory, settings, signal);
  const question = { repository, settings, sha };
  const warnings = await refresh(repository);
  await renewIfDamaged(repository, () => requireAllowedRef(question));
  if (settings.require_signed !== true) return { warnings };
  return { warnings, signedBy: await requireSigned(question) };
}

async function refresh(repository: SourceRepository): Promise<string[]> {
  try {
    if (!isFresh(repository.gitDirectory)) await fetchMirror(repository);
    return [];
  } catch (error) {
    if (!(error instanceof StageFailed)) throw error;
    return [
      'the repository could not be reached: allowed refs were checked as they were at the last fetch',
    ];
  }
}

async function requireAllowedRef(question: Question): Promise<void> {
  const { repository, sha } = question;
  const tips = await allowedTips(question);
  if (tips.includes(sha)) return;
  // If an allowed ref (`tips`) contains the commit, rev-list leaves it out, and prints nothing.
  const args = ['rev-list', '--max-count=1', sha, '--not', ...tips];
  const answer = await git(args, repository);
  if (answer.ok && answer.stdout === '') return;
  if (answer.ok) throw await refused(question);
  throw new StageFailed(
    `git cannot tell which branches have commit ${sha.slice(0, 12)}, so it is not deployed: ${answer.why}`,
    { code: 'ref-not-allowed', next: 'push the commit, then try again.' },
  );
}

/** The allowed refs as arguments for rev-list. A `*` also matches slashes: `release/*` includes `release/2026/11`. */
async function allowedTips({ repository, settings }: Question): Promise<string[]> {
  const { allowed_refs: allowed } = settings;
  if (allowed === undefined) {
    const declared = 'git' in settings ? safeRef(settings.branch) : 'HEAD';
    return existing([await resolveRef(repository, declared)]);
  }
  const names = allowed.flatMap((one) => fullNames(one));
  const plain = names.filter((name) => !name.includes('*'));
  const tips = await Promise.all(plain.map((name) => readCommit(repository, `${name}^{commit}`)));
  const globs = names.filter((name) => name.includes('*')).map((name) => `--glob=${name}`);
  return [...existing(tips), ...globs];
}

const existing = (tips: readonly (Commit | undefined)[]): string[] =>
  tips.flatMap((tip) => tip?.sha ?? []);

/**
 * Returns the full names that a pattern of `allowed_refs` means. Without `refs/` it means branches only, because people
 * who may push only tags must not bypass branch protection; `*` alone allows tags, too.
 */
function fullNames(pattern: string): string[] {
  if (/^\*+$/.test(pattern)) return ['refs/heads/*', 'refs/tags/*'];
  return [pattern.startsWith('refs/') ? pattern : `refs/heads/${pattern}`];
}

async function refused(question: Question): Promise<CommitRefused> {
  const { settings, sha } = question;
  const short = sha.slice(0, 12);
  if (settings.allowed_refs?.length === 0) {
    return new CommitRefused(
      `Commit ${short} cannot be deployed: source.allowed_refs in argo.yml is empty, which allows nothing.`,
      {
        code: 'ref-not-allowed',
        next: 'add the branches to deploy from to source.allowed_refs in argo.yml and restart argo-bot. Then `/argo retry`.',
      },
    );
  }
  const declared = 'git' in settings ? settings.branch : `what is checked out in ${settings.path}`;
  const may = settings.allowed_refs?.join(', ') ?? declared;
  const where = await refsContaining(question);
  const on = where.length > 0 ? `it is on ${where.join(', ')}` : 'no branch or tag has it';
  return new CommitRefused(`Commit ${short} is not on an allowed branch (${may}): ${on}.`, {
    code: 'ref-not-allowed',
    next: nextStep(settings, where[0]),
  });
}

function nextStep(settings: SourceSettings, holder: string | undefined): string {
  const named = settings.allowed_refs ?? ('git' in settings ? [settings.branch] : []);
  const merge =
    named.length > 0
      ? `merge it into ${named.join(' or ')}, then \`/argo deploy\``
      : 'check it out there, then `/argo deploy`';
  if (holder === undefined)
    return `${merge}. A commit that only a pull request or a forced push had is never deployed. \`/argo rollback\` returns to a release that the hosts still have.`;
  const list = [...named, holder].map((one) => `'${one}'`).join(', ');
  return `${merge}; or allow it in argo.yml (\`source: allowed_refs: [${list}]\`; '*' is every branch and tag) and restart argo-bot.`;
}

/** Up to three branches and tags that contain the commit, in the form that `allowed_refs` takes. */
async function refsContaining({ repository, sha }: Question): Promise<string[]> {
  const format = '--format=%(refname)';
  const args = ['for-each-ref', '--count=3', '--contains', sha, format, 'refs/heads', 'refs/tags'];
  const { stdout } = await git(args, repository);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((name) => name.replace(/^refs\/heads\//, ''));
}
