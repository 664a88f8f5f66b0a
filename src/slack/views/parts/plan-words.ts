// Decides the name of a deployment, by what was requested.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { describeRequest, isDryRun, refOf, slotOf } from '../../../deploy/record/requests.ts';

/** Returns the kind of a request: `Deployment`, `Rollback`, `Restart` or `Dry run`. */
export function requestName({ request }: Deployment): string {
  return isDryRun(request) ? 'Dry run' : describeRequest(request).title;
}

/** Returns what to append to the service's name, such as ` → green` or `: restart of …`; plain text. */
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
