// Decides whether a deployment's commit is allowed: by the source's rules, or because it is live already.
import { StageFailed } from '../record/errors.ts';
import { readLiveCommit } from '../history/live-by-record.ts';
import type { Admitted } from '../ports/ports.ts';
import type { StageContext } from '../step/stage.ts';

/** After a forced push no ref reaches the live commit, but a new config must still be possible. */
export async function admitCommit(
  { ports, target, request, signal }: Pick<StageContext, 'ports' | 'target' | 'request' | 'signal'>,
  sha: string,
): Promise<Admitted> {
  try {
    return await ports.source.admit(target.settings.source, sha, signal);
  } catch (error) {
    if (!(error instanceof StageFailed) || !LIVE_MAY_IGNORE.has(error.code)) throw error;
    // `/argo diff` only reads.
    if (request.kind === 'diff') return { warnings: [error.message] };
    const live = await readLiveCommit(ports.records, target);
    if (live.kind !== 'commit' || live.sha !== sha) throw error;
    return { warnings: [`this commit is live, and would be refused otherwise: ${error.message}`] };
  }
}

const LIVE_MAY_IGNORE: ReadonlySet<string> = new Set(['ref-not-allowed', 'not-signed']);
