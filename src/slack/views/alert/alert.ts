// Builds the message of an alert of the watch: text, figures, mentions and buttons.
import { isSnoozed, openAlert } from '../../../deploy/record/alerts.ts';
import type { Alert, Deployment } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { roundsOf } from '../../../deploy/watch/rounds.ts';
import { ids } from '../../contract/values.ts';
import { actions, button, context, section } from '../parts/blocks.ts';
import { mayRollBack, rollbackButton } from '../thread/failure.ts';
import type { PaintedView, ViewContext } from '../parts/painted-view.ts';
import { mentions } from '../parts/people.ts';
import { environmentOf } from '../parts/state.ts';
import { counted, duration, number, person, quoted, sentence, when } from '../parts/text.ts';
import { isUnhealthy, lastUnhealthy, streakAt } from '../parts/watch-figures.ts';

/** The figures of an open alert are updated only after this many rounds, to save calls to Slack. */
const ROUNDS_PER_UPDATE = 6;

/** Builds one message per alert. It also appears in the channel, because users may be affected. */
export function alerts(d: Deployment, { target }: ViewContext): PaintedView[] {
  return d.alerts.map((alert, index) => {
    const open = openAlert(d) === alert;
    const reason = quoted(sentence(alert.reason), 600);
    const was = alert.recoveredAt === undefined ? reason : `It was: ${quoted(alert.reason, 600)}`;
    const head = open
      ? `🔴 *Users may see errors from ${environmentOf(d)}.* ${reason}`
      : `⚪ *${outcomeOf(d, alert)}: ${environmentOf(d)}.* ${was}`;
    const measured = figuresOf(d, alert, open, target);
    const nextStep = open ? nextStepFor(d, alert, target) : undefined;
    return {
      key: `alert-${index + 1}`,
      where: 'thread',
      broadcast: true,
      news: `${open ? 'open' : 'over'} ${alert.acknowledgedBy ?? ''}`,
      text: head,
      blocks: [
        section(head),
        ...(nextStep === undefined ? [] : [section(nextStep)]),
        ...(open ? buttons(d, alert, index + 1) : []),
        context(...(measured === undefined ? [] : [measured]), timeline(d, alert)),
      ],
    };
  });
}

/** Returns how a closed alert ended. Without a recovery, the service may still be unhealthy. */
function outcomeOf(d: Deployment, { recoveredAt }: Alert): string {
  if (recoveredAt !== undefined) return 'Resolved';
  if (!d.rollback) return 'The watch has ended, still unhealthy';
  if (!d.finished) return 'Rolling back';
  return d.finished.ending === 'rolled-back' ? 'Ended by the rollback' : 'The rollback failed';
}

/** Mentions the people who may roll back, until somebody acknowledges or snoozes the alert. */
function nextStepFor(d: Deployment, alert: Alert, target: Target | undefined): string | undefined {
  const who = target?.place.access.rollback ?? [];
  if (alert.acknowledgedBy || isSnoozed(alert, d.updatedAt) || who.length === 0) return undefined;
  return `${mentions(who)}: *Next:* \`/argo logs\`. If users get errors, roll back. If not, acknowledge.`;
}

function figuresOf(
  d: Deployment,
  alert: Alert,
  open: boolean,
  target: Target | undefined,
): string | undefined {
  const at = open ? lastUpdateAt(d, alert) : endOf(d, alert);
  const last = lastUnhealthy(d, at);
  if (!last) return undefined;
  const limit = target?.place.watch.unavailable_for;
  const rounds = roundsOf(d.checks.filter((check) => check.at <= at));
  const bad = rounds.filter(isUnhealthy).length;
  const row = streakAt(d, open ? at : alert.raisedAt);
  const side = last.side === 'public' ? 'public address ' : '';
  return [
    `Last check: ${side}${last.state} on ${quoted(last.host, 60)}, ${number(last.ms)} ms${last.detail ? `: ${quoted(last.detail, 300)}` : ''}`,
    `${number(row)} unhealthy in a row, ${number(bad)} of ${counted(rounds.length, 'check')}`,
    ...(open && limit !== undefined
      ? [
          `${last.state === 'degraded' ? 'no automatic rollback while it is only degraded; ' : ''}automatic rollback after ${limit} unavailable checks in a row`,
        ]
      : []),
  ].join(' · ');
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
  } else if (d.rollback) parts.push(`rolled back at ${when(d.rollback.at)}`);
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
