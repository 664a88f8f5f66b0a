// Builds the message of an alert of the watch: text, figures, mentions and buttons.
import { isSnoozed, openAlert } from '../../../deploy/record/alerts.ts';
import type { Alert, Deployment } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { type RequestResult, roundsOf } from '../../../deploy/watch/rounds.ts';
import { ids } from '../../contract/values.ts';
import { actions, button, context, section } from '../parts/blocks.ts';
import { mayRollBack, rollbackButton } from '../thread/failure.ts';
import type { PaintedView, ViewContext } from '../parts/painted-view.ts';
import { mentions } from '../parts/people.ts';
import { environmentOf } from '../parts/state.ts';
import { counted, duration, number, person, quoted, sentence, when } from '../parts/text.ts';
import {
  isDegradedAsApproved,
  isUnhealthy,
  newestResult,
  streakAt,
} from '../parts/watch-figures.ts';
import { nextStep } from '../parts/next-step.ts';
import { ownRelease, proxyStep } from '../parts/watch-words.ts';

/** The figures of an open alert are updated only after this many rounds, to save calls to Slack. */
const ROUNDS_PER_UPDATE = 6;

/** Builds one message per alert. It also appears in the channel, because users may be affected. */
export function alerts(d: Deployment, { target }: ViewContext): PaintedView[] {
  return d.alerts.map((alert, index) => {
    const open = openAlert(d) === alert;
    const head = headOf(d, alert, open);
    const measured = figuresOf(d, alert, open, target);
    const next = open ? nextStepFor(d, alert, target) : stepAfterWatch(d, alert, target);
    return {
      key: `alert-${index + 1}`,
      where: 'thread',
      broadcast: true,
      news: `${open ? 'open' : 'over'} ${alert.acknowledgedBy ?? ''}`,
      text: head,
      blocks: [
        section(head),
        ...(next === undefined ? [] : [section(next)]),
        ...(open ? buttons(d, alert, index + 1) : []),
        context(...(measured === undefined ? [] : [measured]), timeline(d, alert)),
      ],
    };
  });
}

function headOf(d: Deployment, alert: Alert, open: boolean): string {
  const reason = quoted(open ? sentence(alert.reason) : alert.reason, 600);
  const cause = (open ? reason : `Cause: ${reason}`).replace(/[^.!?…]$/, '$&.');
  return open
    ? `${openTitle(d, alert)} ${cause} Users are on ${ownRelease(d)}.`
    : `${closedTitle(d, alert)} ${cause}`;
}

function openTitle(d: Deployment, alert: Alert): string {
  return isDegradedAsApproved(d, alert)
    ? `🟠 *${degraded(d)}, as approved.*`
    : `🔴 *Users may see errors from ${environmentOf(d)}.*`;
}

/** Returns how a closed alert ended. Without a recovery, the service may still be unhealthy. */
function closedTitle(d: Deployment, alert: Alert): string {
  const where = environmentOf(d);
  if (alert.recoveredAt !== undefined) return `⚪ *Resolved: ${where}.*`;
  if (d.rollback) return `⚪ *${rollbackOutcome(d)}: ${where}.*`;
  if (isDegradedAsApproved(d, alert))
    return `${d.superseded ? '⚪' : '🟠'} *${degraded(d)}, as approved; the watch has ended.*`;
  if (d.superseded) return `⚪ *The watch has ended, still unhealthy: ${where}.*`;
  return `🔴 *${where} is still unhealthy; the watch has ended.*`;
}

function degraded({ request }: Deployment): string {
  return `${quoted(request.service, 60)} is degraded in ${quoted(request.environment, 60)}`;
}

function rollbackOutcome({ finished }: Deployment): string {
  if (!finished) return 'Rolling back';
  return finished.ending === 'rolled-back' ? 'Closed by the rollback' : 'The rollback failed';
}

/** Mentions the people who may roll back, until somebody acknowledges or snoozes the alert. */
function nextStepFor(d: Deployment, alert: Alert, target: Target | undefined): string | undefined {
  const who = target?.place.access.rollback ?? [];
  if (alert.acknowledgedBy || isSnoozed(alert, d.updatedAt) || who.length === 0) return undefined;
  const look = '`/argo logs`. If users get errors, roll back. If not, acknowledge.';
  return `${mentions(who)}: ${nextStep(look, target)}`;
}

/** Returns the next step after the watch, until a newer deployment begins. */
function stepAfterWatch(d: Deployment, alert: Alert, target: Target | undefined) {
  if (alert.recoveredAt !== undefined || d.rollback || d.superseded) return undefined;
  const look = alert.fingerprint === 'public-address' ? proxyStep(d) : '`/argo logs`';
  return nextStep(`${look}. If users get errors, roll back.`, target);
}

function figuresOf(
  d: Deployment,
  alert: Alert,
  open: boolean,
  target: Target | undefined,
): string | undefined {
  const at = open ? lastUpdateAt(d, alert) : endOf(d, alert);
  const checks = d.checks.filter((check) => check.at <= at);
  const last = newestResult(checks);
  if (!last) return undefined;
  const rounds = roundsOf(checks);
  const bad = rounds.filter(isUnhealthy).length;
  if (!open && bad === 0) return undefined;
  const row = alert.recoveredAt === undefined ? streakAt(d, at) : 0;
  return [
    // The reason above tells the rest.
    ...(alert.recoveredAt === undefined ? [`Last check: ${resultWords(last, alert)}`] : []),
    `${number(bad)} of ${counted(rounds.length, 'check')} unhealthy${row > 1 ? `, the last ${number(row)} in a row` : ''}`,
    ...(open ? limitWords(last.state, target) : []),
  ].join(' · ');
}

function resultWords({ state, side, host, ms, detail = '' }: RequestResult, alert: Alert): string {
  const word = { healthy: 'healthy', unknown: 'no answer', degraded: '', unavailable: '' }[state];
  const where = `${side === 'public' ? 'public address of ' : ''}${quoted(host, 60)}`;
  const why = detail === '' || alert.reason.includes(detail) ? '' : `: ${quoted(detail, 300)}`;
  return `${where} ${word || 'unhealthy'}, ${number(ms)} ms${why}`;
}

function limitWords(state: RequestResult['state'], target: Target | undefined): string[] {
  const limit = target?.place.watch.unavailable_for;
  if (limit === undefined) return [];
  const except = state === 'degraded' ? ' (degraded answers do not count)' : '';
  return [`automatic rollback after ${counted(limit, 'failed check')} in a row${except}`];
}

function lastUpdateAt(d: Deployment, { raisedAt }: Alert): number {
  const rounds = roundsOf(d.checks.filter(({ at }) => at >= raisedAt));
  const seen = Math.floor((rounds.length - 1) / ROUNDS_PER_UPDATE) * ROUNDS_PER_UPDATE;
  return rounds[seen]?.at ?? raisedAt;
}

function endOf(d: Deployment, { recoveredAt }: Alert): number {
  return recoveredAt ?? d.rollback?.at ?? d.finished?.at ?? d.updatedAt;
}

function timeline(d: Deployment, alert: Alert): string {
  const parts = [`Since ${when(alert.at)}`];
  if (alert.count > 1) {
    parts.push(`raised ${number(alert.count)} times, last at ${when(alert.raisedAt)}`);
  }
  if (alert.acknowledgedBy) parts.push(`acknowledged by ${person(alert.acknowledgedBy)}`);
  const { snoozed } = alert;
  if (snoozed) parts.push(`snoozed by ${person(snoozed.by)} until ${when(snoozed.until)}`);
  if (alert.recoveredAt !== undefined) {
    parts.push(
      `recovered at ${when(alert.recoveredAt)} after ${duration(alert.recoveredAt - alert.raisedAt)}`,
    );
  } else if (d.rollback) parts.push(`rollback started at ${when(d.rollback.at)}`);
  return parts.join(' · ');
}

function buttons(d: Deployment, alert: Alert, number_: number) {
  const value = { d: d.id, a: number_ };
  const acknowledge = button({ id: ids.acknowledge, text: 'Acknowledge', value });
  const snooze = button({ id: ids.snooze, text: 'Snooze 15 min', value });
  const shown = [
    ...(mayRollBack(d) ? [rollbackButton(d)] : []),
    ...(alert.acknowledgedBy ? [] : [acknowledge]),
    ...(isSnoozed(alert, d.updatedAt) ? [] : [snooze]),
  ];
  return shown.length > 0 ? [actions(...shown)] : [];
}
