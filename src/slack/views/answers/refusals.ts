// Writes the refusals of acts on a deployment, such as to cancel or approve it.
import type { Refusal } from '../../../deploy/acts/act.ts';
import type { Gate } from '../../../deploy/record/deployment.ts';
import { code, dayAndTime, person, phrase, when } from '../parts/text.ts';

/** Returns why an act was refused, in escaped mrkdwn. */
export function refusalText(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'gone':
      return 'That deployment is no longer on record. Nothing was changed. *Next:* `/argo status`.';
    case 'gate-closed':
      return `${closed(refusal.decision)} Nothing was changed by your click.`;
    case 'card-outdated':
      return 'This card is outdated. Nothing was changed. *Next:* decide on the newest card in the thread.';
    case 'approved-already':
      return `You have approved this already: ${refusal.votes} of ${refusal.needed} approvals. Another person must approve, too.`;
    case 'finished':
      return 'That deployment has already ended. Nothing was changed. *Next:* `/argo status` shows what is live.';
    case 'is-rollback':
      return 'A rollback cannot be cancelled. Nothing was changed. *Next:* wait until it ends.';
    case 'rolling-back':
      return `It is already being rolled back${refusal.by ? ` by ${person(refusal.by)}` : ' automatically'}. You need not act.`;
    case 'traffic-moved':
      return 'It cannot be cancelled, because traffic is already moving. *Next:* `/argo rollback`.';
    case 'traffic-not-moved':
      return 'There is nothing to roll back: no traffic has moved. *Next:* `/argo cancel`.';
    case 'cancelling':
      return `It is already being cancelled by ${person(refusal.by)}.`;
    case 'ending':
      return 'It is already ending. Nothing was changed by your click.';
    case 'dequeued':
      return 'It has left the queue and is running. *Next:* `/argo cancel` stops it.';
    case 'alert-over':
      return 'That alert is already resolved. You need not act.';
    case 'acknowledged':
      return `Already acknowledged by ${person(refusal.by)}.`;
    case 'snoozed':
      return `Already snoozed by ${person(refusal.by)} until ${when(refusal.until)}.`;
    case 'not-finished':
      return 'That deployment is still running. Nothing was changed. *Next:* wait until it ends.';
    case 'nothing-to-retry':
      return `The last deployment, ${dayAndTime(refusal.at)}, ended as ${code(refusal.ending, 40)}: there is nothing to retry. *Next:* \`/argo deploy\`.`;
    case 'needs-commit':
      return 'Retry cannot help: the same commit fails again. *Next:* fix it, commit and push, then `/argo deploy`.';
    case 'superseded':
      return 'This button is old: a newer deployment of this environment has started since. Nothing was changed. *Next:* `/argo status`; then `/argo retry` or `/argo deploy`.';
  }
}

function closed(decision: Gate['decision']): string {
  switch (decision?.kind) {
    case 'approved':
    case 'rejected':
      return `Already decided by ${person(decision.by)}: ${decision.kind} at ${when(decision.at)}.`;
    case 'expired':
      return `The approval expired at ${when(decision.at)}.`;
    case 'voided':
      return `The approval is void: ${phrase(decision.reason, 300)}.`;
    case undefined:
      return 'That deployment no longer waits for approval.';
  }
}
