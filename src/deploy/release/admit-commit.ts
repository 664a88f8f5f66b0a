// Decides whether a deployment's commit is allowed: by the source's rules, or because it is live already.
import { StageFailed } from '../record/errors.ts';
import { readLiveCommit } from '../history/live-by-record.ts';
import type { Admitted } from '../ports/ports.ts';
import type { HostContext } from '../step/stage.ts';

/** After a forced push no ref reaches the live commit, but a new config must still be possible. */
export async function admitCommit(
  { ports, target, signal }: Pick<HostContext, 'ports' | 'target' | 'signal'>,
  sha: string,
): Promise<Admitted> {
  try {
    return await ports.source.admit(target.settings.source, sha, signal);
  } catch (error) {
    if (!isCommitRefusal(error)) throw error;
    const live = await readLiveCommit(ports.records, target);
    if (live.kind !== 'commit' || live.sha !== sha) throw error;
    return { warnings: [`this commit is live, and would be refused otherwise: ${error.message}`] };
  }
}

/** The rules of the source refuse the commit; nothing else went wrong. */
export function isCommitRefusal(error: unknown): error is StageFailed {
  return error instanceof StageFailed && REFUSALS.has(error.code);
}

const REFUSALS: ReadonlySet<string> = new Set(['ref-not-allowed', 'not-signed']);
