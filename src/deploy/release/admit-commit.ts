// Decides whether a deployment's commit may be deployed: by the source's rules, or because users are on it already.
import { StageFailed } from '../record/errors.ts';
import { liveCommit } from '../history/live-by-record.ts';
import type { Admitted } from '../ports/ports.ts';
import type { StageContext } from '../step/stage.ts';

/** After a forced push the live release must still take a new config, so its commit needs no ref. */
export async function admit(
  { ports, target, request, signal }: Pick<StageContext, 'ports' | 'target' | 'request' | 'signal'>,
  sha: string,
): Promise<Admitted> {
  try {
    return await ports.source.admit(target.settings.source, sha, signal);
  } catch (error) {
    if (!(error instanceof StageFailed) || !BELONGING.has(error.code)) throw error;
    // Looking is not deploying.
    if (request.plan === 'diff') return { warnings: [error.message] };
    const live = await liveCommit(ports.records, target);
    if (live.kind !== 'commit' || live.sha !== sha) throw error;
    return { warnings: [`this commit is live, and would be refused otherwise: ${error.message}`] };
  }
}

const BELONGING: ReadonlySet<string> = new Set(['ref-not-allowed', 'not-signed']);
