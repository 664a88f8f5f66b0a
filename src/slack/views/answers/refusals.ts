// Decides what a person is told when an act on a deployment does nothing.
import type { Refusal } from '../../../deploy/acts/act.ts';
import type { Gate } from '../../../deploy/record/deployment.ts';
import { code, person, quoted, when } from '../parts/text.ts';

/** Escaped mrkdwn. */
export function refusalText(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'gone':
      return 'That deployment is no longer on record. Nothing was changed.';
    case 'gate-closed':
      return `${closed(refusal.decision)} Nothing was changed by your click.`;
    case 'card-outdated':
      return 'What this card showed is no longer what would run. Look at the newest card of the thread.';
    case 'approved-already':
      return `You have approved this already: ${refusal.votes} of ${refusal.needed} approvals. Somebody else has to approve as well.`;
    case 'finished':
      return 'That deployment is already over.';
    case 'is-rollback':
      return 'A rollback cannot be cancelled: let it come through.';
    case 'rolling-back':
      return `It is already being rolled back, decided by ${refusal.by ? person(refusal.by) : 'argo-bot itself'}.`;
    case 'traffic-moved':
      return 'Traffic has begun to move, so cancelling would leave it in between. Use Roll back in the thread, or `/argo rollback`.';
    case 'traffic-not-moved':
      return 'No traffic has moved yet, so there is nothing to roll back. `/argo cancel` stops it.';
    case 'cancelling':
      return `It is already being cancelled, by ${person(refusal.by)}.`;
    case 'ending':
      return 'It is already ending.';
    case 'dequeued':
      return 'Its turn has come, so it is no longer in line. `/argo cancel` stops it.';
    case 'alert-over':
      return 'That alert is already over.';
    case 'acknowledged':
      return `Already acknowledged by ${person(refusal.by)}.`;
    case 'snoozed':
      return `Already snoozed by ${person(refusal.by)} until ${when(refusal.until)}.`;
    case 'not-finished':
      return 'That deployment is still going on.';
    case 'nothing-to-retry':
      return `The last deployment, ${when(refusal.at, '{date_short_pretty} {time}')}, ended as ${code(refusal.ending, 40)}: there is nothing to try again. \`/argo deploy\` begins a new one.`;
    case 'superseded':
      return 'Another deployment has begun since. `/argo retry` tries the last one again, `/argo deploy` begins a new one.';
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
      return `The approval is void: ${quoted(decision.reason, 300)}.`;
    case undefined:
      return 'Nothing waits for approval there any more.';
  }
}
