// Decides what a deployment is called, by its request.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { describeRequest, isDryRun, refOf, slotOf } from '../../../deploy/record/requests.ts';

/** `Deployment`, `Rollback`, `Config check`. */
export function requestName({ request }: Deployment): string {
  return isDryRun(request) ? 'Dry run' : describeRequest(request).title;
}

/** Follows the service's name: ` → green`, `: config diff`; plain text. */
export function nameSuffix({ request, facts }: Deployment): string {
  const commit = facts.commit?.sha ?? refOf(request);
  const slot = facts.slot ?? (slotOf(request) === 'idle' ? 'idle slot' : slotOf(request));
  switch (request.kind) {
    case 'deploy':
      return ` → ${slot}`;
    case 'config-push':
      return ` → ${slot}: current config with commit ${(commit ?? '').slice(0, 7)}`;
    case 'restart':
      return `: restart of ${facts.release ?? 'the live release'}`;
    case 'rollback':
      return ` ↩ ${facts.rollbackTo?.release ?? refOf(request) ?? 'previous release'}`;
  }
}
