// Writes the last line of an alert: how many checks failed, since when, and who has reacted.
import type { Alert, Deployment } from '../../../deploy/record/deployment.ts';
import { type RequestResult, roundsOf } from '../../../deploy/watch/rounds.ts';
import { counted, duration, number, person, quoted, when } from '../parts/text.ts';
import { complaint, isUnhealthy, newestResult } from '../parts/watch-figures.ts';

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

/** Returns what the last check saw, unless the reason of the alert says the same. */
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
