// Decides whether a deployment can be retried, and with which commit.
import type { Deployment } from '../record/deployment.ts';
import type { Ending } from '../record/events.ts';
import { describeRequest, isDryRun, type WantedRequest } from '../record/requests.ts';
import type { Refusal } from './act.ts';

/** Endings after which a retry makes sense: nothing live was changed, or the change was rolled back. */
const RETRYABLE: ReadonlySet<Ending> = new Set([
  'failed',
  'cancelled',
  'expired',
  'voided',
  'rolled-back',
]);

export function canRetry(d: Deployment): boolean {
  const { request, finished } = d;
  const isReal = !describeRequest(request).rollsBack && !isDryRun(request);
  return isReal && !needsCommit(d) && finished !== undefined && RETRYABLE.has(finished.ending);
}

/** True if a check found an error in the commit itself, so that the same commit would fail again. */
function needsCommit({ stages }: Deployment): boolean {
  return stages.some(({ failure }) => failure?.needsCommit);
}

/** Codes of failures that each retry repeats, until a person changes argo.yml. */
const NEEDS_SETTING: ReadonlySet<string> = new Set(['host-key-mismatch']);

/** True if the thread shows a Retry button: not if a person cancelled, or if a retry would fail again. */
export function retryHelps(d: Deployment): boolean {
  const failures = d.stages.flatMap(({ failure }) => failure ?? []);
  const hopeless = failures.some(
    ({ code, next }) =>
      NEEDS_SETTING.has(code) || (next.includes('/argo deploy') && !next.includes('/argo retry')),
  );
  return canRetry(d) && d.cancelledBy === undefined && !hopeless;
}

export type Retry =
  { kind: 'retry'; wanted: WantedRequest } | { kind: 'refused'; refusal: Refusal };

const refuse = (refusal: Refusal): Retry => ({ kind: 'refused', refusal });

/** Returns the request that deploys the same commit again, even if its branch has moved. */
export function retry(d: Deployment): Retry {
  if (!d.finished) return refuse({ kind: 'not-finished' });
  if (needsCommit(d)) return refuse({ kind: 'needs-commit' });
  if (!canRetry(d)) return refuse({ kind: 'nothing-to-retry', ...d.finished });
  const sha = d.facts.commit?.sha;
  const commit =
    describeRequest(d.request).makesRelease && sha !== undefined ? { ref: sha, retryOf: d.id } : {};
  return { kind: 'retry', wanted: { ...d.request, ...commit } };
}
