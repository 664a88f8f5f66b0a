// Decides which commit a ref means, in the mirror of a repository or in a clean work tree.
import { StageFailed } from '../../deploy/record/errors.ts';
import type { Commit, SourceSettings } from '../../deploy/ports/ports.ts';
import { fetchMirror, openMirror } from '../git/mirror.ts';
import { isFullSha, safeRef } from '../git/ref.ts';
import { nameIn, refuseAmbiguous, resolveRef, unknownRef } from './resolve-ref.ts';
import { openWorkTree, requireClean } from '../git/work-tree.ts';

/** The commit of `ref`; without it, of the branch in argo.yml or of the work tree's HEAD. Fails with StageFailed. */
export function resolveCommit(
  dataDirectory: string,
  settings: SourceSettings,
  ref: string | undefined,
  signal: AbortSignal,
): Promise<Commit> {
  return 'git' in settings
    ? resolveInMirror(dataDirectory, settings, ref, signal)
    : resolveInWorkTree(settings.path, ref, signal);
}

async function resolveInMirror(
  dataDirectory: string,
  settings: { git: string; branch: string },
  typed: string | undefined,
  signal: AbortSignal,
): Promise<Commit> {
  const branch = safeRef(settings.branch);
  // A mirror has no HEAD of its own, so HEAD means the branch in argo.yml.
  const ref = safeRef(typed ?? branch).replace(/^(?:HEAD|@)(?=$|[~^])/, () => branch);
  const mirror = await openMirror(dataDirectory, settings.git);
  const there = isFullSha(ref) ? await resolveRef(mirror, ref, signal) : undefined;
  if (there === undefined) await fetchMirror(mirror, settings.git, signal);
  // The branch in argo.yml is never ambiguous: the operator means a branch, not the beginning of a sha.
  if (!isFullSha(ref) && nameIn(ref) !== branch) await refuseAmbiguous(mirror, ref, signal);
  const commit =
    there ??
    (await resolveRef(mirror, ref, signal)) ??
    (await fetchBySha(mirror, settings.git, ref, signal));
  if (commit === undefined) throw await unknownRef(mirror, ref, signal);
  return commit;
}

/**
 * Fetches a commit that no branch contains any more, for example the live one after a forced push. Many servers send
 * such a commit when they are asked for its full sha.
 */
async function fetchBySha(
  mirror: string,
  address: string,
  ref: string,
  signal: AbortSignal,
): Promise<Commit | undefined> {
  if (!isFullSha(ref)) return undefined;
  await fetchMirror(mirror, address, signal, ref).catch((error: unknown) => {
    if (!(error instanceof StageFailed)) throw error;
  });
  return resolveRef(mirror, ref, signal);
}

async function resolveInWorkTree(
  folder: string,
  typed: string | undefined,
  signal: AbortSignal,
): Promise<Commit> {
  const ref = safeRef(typed ?? 'HEAD');
  const { gitDirectory, top } = await openWorkTree(folder);
  await requireClean(top, signal);
  if (!isFullSha(ref)) await refuseAmbiguous(gitDirectory, ref, signal);
  const commit = await resolveRef(gitDirectory, ref, signal);
  if (commit === undefined) throw await unknownRef(gitDirectory, ref, signal);
  return commit;
}
