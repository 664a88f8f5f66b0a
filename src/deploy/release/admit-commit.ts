// Decides whether a deployment's commit is allowed: by the source's rules, or because it is live already.
import { StageFailed } from '../record/errors.ts';
import { readLiveCommit } from '../history/live-by-record.ts';
import type { Admitted } from '../ports/ports.ts';
import type { HostContext } from '../step/stage.ts';

/** The live commit is always allowed: after a forced push no branch has it, but its config must stay deployable. */
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

/** True if the source's rules refuse the commit, by its ref or its signature; false for any other failure. */
export function isCommitRefusal(error: unknown): error is StageFailed {
  return error instanceof StageFailed && REFUSALS.has(error.code);
}

const REFUSALS: ReadonlySet<string> = new Set(['ref-not-allowed', 'not-signed']);
