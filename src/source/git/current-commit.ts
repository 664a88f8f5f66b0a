// Reads which commit a source would deploy now, without fetching it, for `argo-bot doctor`.
import { hostname } from 'node:os';
import { shellWord } from '../../deploy/untrusted/shell-word.ts';
import { StageFailed } from '../../deploy/record/errors.ts';
import type { SourceSettings } from '../../deploy/ports/ports.ts';
import { separateCredentials } from './git-credentials.ts';
import { git, withoutCredentials } from './git.ts';
import { repositoryAdvice } from './repository-advice.ts';
import { isFullSha } from './ref.ts';
import { openWorkTree, requireClean } from './work-tree.ts';

const LIMIT_MS = 30_000;

interface Current {
  sha: string;
  ref: string;
}

/** The commit of the branch in argo.yml, or of a clean work tree. Writes nothing. Fails with StageFailed. */
export function readCurrentCommit(settings: SourceSettings, signal: AbortSignal): Promise<Current> {
  return 'path' in settings ? readWorkTree(settings.path, signal) : readBranch(settings, signal);
}

async function readWorkTree(path: string, signal: AbortSignal): Promise<Current> {
  const { top, gitDirectory } = await openWorkTree(path);
  await requireClean(top, signal);
  const answer = await git(['rev-parse', '--verify', 'HEAD^{commit}'], { gitDirectory, signal });
  if (answer.ok) return { sha: answer.stdout.trim(), ref: path };
  throw new StageFailed(`${path} has no commit yet: ${answer.why}`, {
    code: 'unknown-ref',
    next: `on ${hostname()}: \`git -C ${shellWord(path)} add --all && git -C ${shellWord(path)} commit\`.`,
  });
}

async function readBranch(
  { git: address, branch: name }: { git: string; branch: string },
  signal: AbortSignal,
): Promise<Current> {
  const { address: plain, env } = separateCredentials(address);
  const shown = withoutCredentials(plain);
  const names = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  // ls-remote lists refs, not commits: for a full sha, it is enough that the server answers.
  const wanted = isFullSha(name) ? [] : names;
  const args = ['ls-remote', '--', plain, ...wanted];
  const answer = await git(args, { signal, env, timeoutMs: LIMIT_MS });
  if (!answer.ok) {
    throw new StageFailed(`${shown} cannot be read: ${answer.why}`, {
      code: 'source-unreachable',
      next: repositoryAdvice(shown, answer.stderr),
    });
  }
  const sha = isFullSha(name) ? name : answer.stdout.split(/\s/)[0];
  if (sha) return { sha, ref: `${name} of ${shown}` };
  throw new StageFailed(`${shown} has no branch or tag ${name}`, {
    code: 'unknown-ref',
    next: `correct source.branch in argo.yml and restart argo-bot: \`git ls-remote --heads ${shellWord(shown)}\` lists the branches.`,
  });
}
