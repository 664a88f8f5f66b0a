// Lists the newest commits of the branch in argo.yml, for the deploy form.
import path from 'node:path';
import type { Commit, SourceSettings } from '../../deploy/ports/ports.ts';
import { newestCommits } from './list-commits.ts';
import { fetchMirror, openMirror } from '../git/mirror.ts';
import { safeRef } from '../git/ref.ts';
import { resolveRef, unknownRef } from './resolve-ref.ts';
import { openWorkTree } from '../git/work-tree.ts';

const MOST = 300;

/** Up to 300 commits of the branch in argo.yml or of the work tree, newest first. */
export type RecentCommits = (settings: SourceSettings, signal: AbortSignal) => Promise<Commit[]>;

/** Each call fetches from the repository. Fails with StageFailed, or with Interrupted when the signal aborts. */
export function createRecentCommits(options: { dataDirectory: string }): RecentCommits {
  return async (settings, signal) => {
    const { gitDirectory, ref } = await freshFrom(options.dataDirectory, settings, signal);
    const commit = await resolveRef(gitDirectory, ref, signal);
    if (commit === undefined) throw await unknownRef(gitDirectory, ref, signal);
    return newestCommits(gitDirectory, commit.sha, MOST);
  };
}

async function freshFrom(
  dataDirectory: string,
  settings: SourceSettings,
  signal: AbortSignal,
): Promise<{ gitDirectory: string; ref: string }> {
  if (!('git' in settings)) {
    const { gitDirectory } = await openWorkTree(path.resolve(settings.path));
    return { gitDirectory, ref: 'HEAD' };
  }
  const gitDirectory = await openMirror(dataDirectory, settings.git);
  await fetchMirror(gitDirectory, settings.git, signal);
  return { gitDirectory, ref: safeRef(settings.branch) };
}
