// Decides which commit a ref means, in the mirror of a repository or in a clean work tree.
import { StageFailed } from '../../deploy/record/errors.ts';
import type { Commit, SourceSettings } from '../../deploy/ports/ports.ts';
import { fetchMirror } from '../git/mirror.ts';
import { isFullSha, safeRef } from '../git/ref.ts';
import { openRepository, type SourceRepository } from '../git/repository.ts';
import { nameIn, refuseAmbiguous, resolveRef, unknownRef } from './resolve-ref.ts';
import { requireClean } from '../git/work-tree.ts';

/** The commit of a typed ref; without one, of the branch in argo.yml or of the tree's HEAD. Fails with StageFailed. */
export async function resolveCommit(
  dataDirectory: string,
  settings: SourceSettings,
  typed: string | undefined,
  signal: AbortSignal,
): Promise<Commit> {
  // A mirror has no HEAD of its own, so HEAD means the branch in argo.yml.
  const branch = 'git' in settings ? safeRef(settings.branch) : 'HEAD';
  const ref = safeRef(typed ?? branch).replace(/^(?:HEAD|@)(?=$|[~^])/, () => branch);
  const repository = await openRepository(dataDirectory, settings, signal);
  if (repository.top !== undefined) await requireClean(repository.top, signal);
  const there = isFullSha(ref) ? await resolveRef(repository, ref) : undefined;
  if (there !== undefined) return there;
  await fetchMirror(repository);
  // Do not refuse the branch in argo.yml if it looks like a short sha: the operator means a branch there.
  if (!isFullSha(ref) && nameIn(ref) !== branch) await refuseAmbiguous(repository, ref);
  const commit = (await resolveRef(repository, ref)) ?? (await fetchBySha(repository, ref));
  if (commit === undefined) throw await unknownRef(repository, ref, branch);
  return commit;
}

/** Many servers send a commit by its full sha even if no branch contains it any more, as after a forced push. */
async function fetchBySha(repository: SourceRepository, ref: string): Promise<Commit | undefined> {
  if (!isFullSha(ref)) return undefined;
  await fetchMirror(repository, ref).catch((error: unknown) => {
    if (!(error instanceof StageFailed)) throw error;
  });
  return resolveRef(repository, ref);
}
