// Writes the title of an alert: what is wrong, or how the alert ended.
import type { Alert, Deployment } from '../../../deploy/record/deployment.ts';
import { environmentOf } from '../parts/state.ts';
import { complaint, isDegradedAsApproved, isOnlyDegraded } from '../parts/watch-figures.ts';
import { NO_ROLLBACK, ownRelease, usersSentence } from '../parts/watch-words.ts';
import { errorsMeanwhile, runningTitle } from '../thread/rollback.ts';

export function openTitle(d: Deployment, alert: Alert): string {
  const where = environmentOf(d.request);
  if (alert.fingerprint === 'cannot-tell') return `🔴 *argo-bot cannot check ${where}.*`;
  if (isDegradedAsApproved(d, alert))
    return `🟠 *${where} says it is degraded, as ${beforeTheSwitch(d)}.*`;
  if (isOnlyDegraded(d.checks)) return `🔴 *${where} says it is degraded; users may see errors.*`;
  return isServedByPrevious(d)
    ? `🔴 *The new release of ${where} is down.*`
    : `🔴 *Users may see errors from ${where}.*`;
}

/** With `before: start`, people approve before the release runs, so the card could not warn that it is degraded. */
function beforeTheSwitch({ request }: Deployment): string {
  return request.gate === 'start' ? 'it did before the switch' : 'the approval card warned';
}

/** Returns whether all users get the previous release: nginx sends them there while the new slot does not answer. */
export function isServedByPrevious({ checks, facts: { rollbackTo } }: Deployment): boolean {
  const at = checks.at(-1)?.at;
  const last = checks.filter((check) => check.at === at);
  return (
    rollbackTo !== undefined &&
    last.length > 0 &&
    last.every((check) => check.public?.other === rollbackTo.release)
  );
}

export function closedTitle(d: Deployment, alert: Alert): string {
  const where = environmentOf(d.request);
  const users = `Users are on ${ownRelease(d)}.`;
  if (alert.recoveredAt !== undefined)
    return `⚪ *Resolved: ${where} is healthy again.* Users stayed on ${ownRelease(d)}.`;
  if (d.rollback) return `${rollbackOutcome(d)} ${usersSentence(d)}${errorsMeanwhile(d)}`;
  const state = complaint(d.checks);
  if (d.superseded)
    return `⚪ *${where} was ${state} until the watch ended.* A newer deployment has started.`;
  const icon = isDegradedAsApproved(d, alert) ? '🟠' : '🔴';
  return `${icon} *${where} is still ${state}; the watch has ended.* ${NO_ROLLBACK} ${users}`;
}

function rollbackOutcome(d: Deployment): string {
  const where = environmentOf(d.request);
  if (!d.finished) return `${runningTitle(d)} You need not act.`;
  return d.finished.ending === 'rolled-back'
    ? `⚪ *Alert closed: ${where} was rolled back.*`
    : `⚪ *Alert closed, but the rollback of ${where} failed.*`;
}
