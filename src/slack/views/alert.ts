import { openAlert, type Alert, type Deployment } from '../../deploy/deployment.ts';
import type { Target } from '../../deploy/settings.ts';
import { ids } from '../values.ts';
import { actions, button, context, section } from './blocks.ts';
import { mayRollBack, rollbackButton } from './failure.ts';
import type { PaintedView, ViewContext } from './painted-view.ts';
import { code, counted, duration, number, person, quoted, when } from './text.ts';
import { lastBad, streakAt } from './watched.ts';

/** One message an alert, shown in the channel too: users may be seeing this. */
export function alerts(d: Deployment, { target }: ViewContext): PaintedView[] {
  return d.alerts.map((alert, index) => {
    const open = openAlert(d) === alert;
    const place = `*${quoted(d.request.service, 60)}* in ${quoted(d.request.environment, 60)}`;
    const head = `${open ? '🔴' : '⚪'} ${place}${open ? '' : ', over'}: ${quoted(alert.reason, 600)}`;
    const measured = figuresOf(d, alert, target);
    return {
      key: `alert-${index + 1}`,
      where: 'thread',
      broadcast: true,
      news: `${open ? 'open' : 'over'} ${alert.acknowledgedBy ?? ''}`,
      text: head,
      blocks: [
        section(head),
        ...(measured === undefined ? [] : [section(measured)]),
        context(story(d, alert)),
        ...(open ? buttons(d, alert, index + 1) : []),
      ],
    };
  });
}

/** The measured value beside its threshold. */
function figuresOf(d: Deployment, alert: Alert, target: Target | undefined): string | undefined {
  const last = lastBad(d, alert.at);
  if (!last) return undefined;
  const detail = last.detail ? `: ${quoted(last.detail, 300)}` : '';
  const watch = target?.place.watch;
  const limits = watch
    ? ` (alert at ${watch.degraded_for}, automatic rollback at ${watch.unavailable_for} unavailable)`
    : '';
  return [
    `${counted(streakAt(d, alert.at), 'check')} in a row not healthy${limits}`,
    `Last: ${last.state} on ${code(last.host, 60)}, answered in ${number(last.ms)} ms${detail}`,
  ].join('\n');
}

function story(d: Deployment, alert: Alert): string {
  const parts = [`Since ${when(alert.at)}`];
  if (alert.acknowledgedBy) parts.push(`acknowledged by ${person(alert.acknowledgedBy)}`);
  if (alert.recoveredAt !== undefined) {
    parts.push(
      `recovered at ${when(alert.recoveredAt)} after ${duration(alert.recoveredAt - alert.at)}`,
    );
  } else if (d.rollback) parts.push(`rolled back at ${when(d.rollback.at)}`);
  return parts.join(' · ');
}

function buttons(d: Deployment, alert: Alert, number_: number) {
  const acknowledge = button({
    id: ids.acknowledge,
    text: 'Acknowledge',
    value: { d: d.id, a: number_ },
  });
  const shown = [
    ...(mayRollBack(d) ? [rollbackButton(d)] : []),
    ...(alert.acknowledgedBy ? [] : [acknowledge]),
  ];
  return shown.length > 0 ? [actions(...shown)] : [];
}
