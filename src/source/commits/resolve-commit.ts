// Decides which commit a ref means: by the mirror of a repository, or by a clean work tree.
import { StageFailed } from '../../deploy/record/errors.ts';
import type { Commit, SourceSettings } from '../../deploy/ports/ports.ts';
import { readCommit } from './list-commits.ts';
import { fetchMirror, openMirror } from '../git/mirror.ts';
import { isFullSha, safeRef } from '../git/ref.ts';
import { nameIn, refuseAmbiguous, resolveRef, unknownRef } from './resolve-ref.ts';
import { openWorkTree, requireClean } from '../git/work-tree.ts';

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
  // A mirror has no HEAD of its own: people mean the branch that is deployed.
  const ref = safeRef(typed ?? branch).replace(/^(?:HEAD|@)(?=$|[~^])/, () => branch);
  const mirror = await openMirror(dataDirectory, settings.git);
  const there = isFullSha(ref) ? await resolveRef(mirror, ref, signal) : undefined;
  if (there === undefined) await fetchMirror(mirror, settings.git, signal);
  // The declared branch was named by the operator, who means a branch.
  if (!isFullSha(ref) && nameIn(ref) !== branch) await refuseAmbiguous(mirror, ref, signal);
  const sha = there ?? (await resolveRef(mirror, ref, signal));
  return known(mirror, sha ?? (await fetchLoose(mirror, settings.git, ref, signal)), ref, signal);
}

/**
 * A commit that no branch holds any more, which many servers still give when asked by its full sha: what is live
 * may be deployed again with another config after a forced push.
 */
async function fetchLoose(
  mirror: string,
  address: string,
  ref: string,
  signal: AbortSignal,
): Promise<string | undefined> {
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
  return known(gitDirectory, await resolveRef(gitDirectory, ref, signal), ref, signal);
}

async function known(
  gitDirectory: string,
  sha: string | undefined,
  ref: string,
  signal: AbortSignal,
): Promise<Commit> {
  const commit = sha === undefined ? undefined : await readCommit(gitDirectory, sha);
  if (commit === undefined) throw await unknownRef(gitDirectory, ref, signal);
  return commit;
}
