// Writes the title of an alert (what is wrong, or how it ended), and its last line (how many checks failed).
import type { Alert, Deployment } from '../../../deploy/record/deployment.ts';
import { type RequestResult, roundsOf } from '../../../deploy/watch/rounds.ts';
import { environmentOf } from '../parts/state.ts';
import { counted, duration, number, person, quoted, when } from '../parts/text.ts';
import {
  complaint,
  isDegradedAsApproved,
  isOnlyDegraded,
  isServedByPrevious,
  isUnhealthy,
  newestResult,
} from '../parts/watch-figures.ts';
import { NO_ROLLBACK, ownRelease, usersMeanwhile, usersSentence } from '../parts/watch-words.ts';
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

export function closedTitle(d: Deployment, alert: Alert): string {
  const where = environmentOf(d.request);
  if (alert.recoveredAt !== undefined)
    return `⚪ *Resolved: ${where} is healthy again.* Users stayed on ${ownRelease(d)}.`;
  if (d.rollback) return `${rollbackOutcome(d)} ${usersSentence(d)}${errorsMeanwhile(d)}`;
  const state = complaint(d.checks);
  if (d.superseded)
    return `⚪ *${where} was ${state} until the watch ended.* A newer deployment has started.`;
  const icon = isDegradedAsApproved(d, alert) ? '🟠' : '🔴';
  return `${icon} *${where} is still ${state}; the watch has ended.* ${NO_ROLLBACK} ${usersMeanwhile(d)}`;
}

function rollbackOutcome(d: Deployment): string {
  const where = environmentOf(d.request);
  if (!d.finished) return `${runningTitle(d)} You need not act.`;
  return d.finished.ending === 'rolled-back'
    ? `⚪ *Alert closed: ${where} was rolled back.*`
    : `⚪ *Alert closed, but the rollback of ${where} failed.*`;
}

/** Returns `2 of 6 checks unhealthy`, from the checks up to time `at`; undefined if there is nothing to count. */
export function figuresOf(
  d: Deployment,
  alert: Alert,
  open: boolean,
  at: number,
): string | undefined {
  const checks = d.checks.filter((check) => check.at <= at);
  const last = newestResult(checks);
  if (!last) return undefined;
  const rounds = roundsOf(checks);
  const bad = rounds.filter(isUnhealthy).length;
  if (!open && bad === 0) return undefined;
  const seen = `${number(bad)} of ${counted(rounds.length, 'check')} ${complaint(checks)}`;
  return open ? `${seen}${lastWords(last, alert)}` : seen;
}

/** Returns what the last check saw, unless the reason of the alert already says so. */
function lastWords({ state, host, detail = '' }: RequestResult, alert: Alert): string {
  if (state === 'healthy') return ', the last one healthy';
  if (state === 'unknown') return ', the last one without an answer';
  if (detail === '' || alert.reason.includes(detail)) return '';
  return ` · last check: on ${quoted(host, 60)}, ${quoted(detail, 300)}`;
}

export function timeline(d: Deployment, alert: Alert): string {
  const parts = [`Since ${when(alert.at)}`];
  if (alert.count > 1) {
    parts.push(`raised ${number(alert.count)} times, last at ${when(alert.raisedAt)}`);
  }
  const { snoozed } = alert;
  if (snoozed) parts.push(`snoozed by ${person(snoozed.by)} until ${when(snoozed.until)}`);
  if (alert.recoveredAt !== undefined) {
    parts.push(
      `recovered at ${when(alert.recoveredAt)} after ${duration(alert.recoveredAt - alert.raisedAt)}`,
    );
  } else if (d.rollback) parts.push(`rollback started at ${when(d.rollback.at)}`);
  return parts.join(' · ');
}
