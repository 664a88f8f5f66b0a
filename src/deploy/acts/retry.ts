// Decides whether a deployment can be retried, and with which commit.
import type { Deployment } from '../record/deployment.ts';
import type { DeployRequest, Ending } from '../record/events.ts';
import type { Refusal } from './act.ts';

/** Endings after which a retry makes sense: nothing live was changed, or it was rolled back. */
const RETRYABLE: ReadonlySet<Ending> = new Set([
  'failed',
  'cancelled',
  'expired',
  'voided',
  'rolled-back',
]);

export function canRetry({ request, finished }: Deployment): boolean {
  const isReal = request.kind === 'deploy' && !request.dryRun;
  return isReal && finished !== undefined && RETRYABLE.has(finished.ending);
}

export type Retry =
  | {
      kind: 'retry';
      wanted: Pick<DeployRequest, 'kind' | 'slot' | 'plan' | 'dryRun'> & {
        ref: string | undefined;
        retryOf: string;
      };
    }
  | { kind: 'refused'; refusal: Refusal };

const refuse = (refusal: Refusal): Retry => ({ kind: 'refused', refusal });

/** Deploys the same commit again, wherever its branch is now. */
export function retry(d: Deployment): Retry {
  if (!d.finished) return refuse({ kind: 'not-finished' });
  if (!canRetry(d)) return refuse({ kind: 'nothing-to-retry', ...d.finished });
  const { slot, plan } = d.request;
  const ref = d.facts.commit?.sha ?? d.request.ref;
  return {
    kind: 'retry',
    wanted: { kind: 'deploy', slot, plan, dryRun: false, ref, retryOf: d.id },
  };
}
