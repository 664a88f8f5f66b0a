// Lists the newest commits of the branch in argo.yml, for the deploy form.
import type { Commit, SourceSettings } from '../../deploy/ports/ports.ts';
import { log } from './list-commits.ts';
import { fetchMirror } from '../git/mirror.ts';
import { safeRef } from '../git/ref.ts';
import { openRepository } from '../git/repository.ts';
import { resolveRef, unknownRef } from './resolve-ref.ts';

const MOST = 300;

/** Each call fetches from the repository. Fails with StageFailed, or with Interrupted when the signal aborts. */
export function createRecentCommits(options: { dataDirectory: string }) {
  return async (settings: SourceSettings, signal: AbortSignal): Promise<Commit[]> => {
    const repository = await openRepository(options.dataDirectory, settings, signal);
    await fetchMirror(repository);
    const ref = 'git' in settings ? safeRef(settings.branch) : 'HEAD';
    const commit = await resolveRef(repository, ref);
    if (commit === undefined) throw await unknownRef(repository, ref, ref);
    return log(repository, [`-${MOST}`, '--end-of-options', commit.sha]);
  };
}
