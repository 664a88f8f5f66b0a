// Builds the message of an alert of the watch: text, figures, mentions and buttons.
import { isSnoozed, openAlert } from '../../../deploy/record/alerts.ts';
import { mayRollBack, releaseToReturnTo } from '../../../deploy/acts/roll-back.ts';
import type { Alert, Deployment } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { roundsOf } from '../../../deploy/watch/rounds.ts';
import { ids } from '../../contract/values.ts';
import { actions, button, context, section } from '../parts/blocks.ts';
import { rollbackButton } from '../thread/failure.ts';
import type { PaintedView, ViewContext } from '../parts/painted-view.ts';
import { addressed } from '../parts/people.ts';
import { person, quoted, sentence } from '../parts/text.ts';
import { isDegradedAsApproved } from '../parts/watch-figures.ts';
import { nextStep } from '../parts/next-step.ts';
import { logsCommand, proxyStep, usersMeanwhile } from '../parts/watch-words.ts';
import { type AutomaticRollback, automaticRollback } from './automatic-rollback.ts';
import { closedTitle, figuresOf, openTitle, timeline } from './titles.ts';

/** The figures of an open alert are updated only after this many rounds of checks, to save calls to Slack. */
const ROUNDS_PER_UPDATE = 6;

/** Builds one message per alert, which also appears in the channel, because users may be affected. */
export function alerts(d: Deployment, { target }: ViewContext): PaintedView[] {
  return d.alerts.map((alert, index) => {
    const open = openAlert(d) === alert;
    const end = alert.recoveredAt ?? d.rollback?.at ?? d.finished?.at ?? d.updatedAt;
    const at = open ? lastUpdateAt(d, alert) : end;
    const automatic = open ? automaticRollback(d, target, at) : undefined;
    const head = headOf(d, alert, automatic);
    const measured = figuresOf(d, alert, open, at);
    const next = open ? nextStepFor(d, alert, target, automatic) : stepAfterWatch(d, alert, target);
    return {
      key: `alert-${index + 1}`,
      where: 'thread',
      broadcast: true,
      news: `${open ? 'open' : 'over'} ${alert.acknowledgedBy ?? ''} ${automatic?.kind ?? ''}`.trim(),
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

function headOf(d: Deployment, alert: Alert, automatic: AutomaticRollback | undefined): string {
  const open = openAlert(d) === alert;
  const reason = quoted(open ? sentence(alert.reason) : alert.reason, 600);
  const cause = (open ? reason : `Cause: ${reason}`).replace(/[^.!?…]$/, '$&.');
  if (!open) return `${closedTitle(d, alert)} ${cause}`;
  const act = [openTitle(d, alert), automatic?.sentence ?? '', whoMustAct(d, alert, automatic)];
  return `${act.filter(Boolean).join(' ')}\n${cause} ${usersMeanwhile(d)}`;
}

function whoMustAct(
  d: Deployment,
  { acknowledgedBy, ...alert }: Alert,
  automatic: AutomaticRollback | undefined,
): string {
  if (acknowledgedBy) return `${person(acknowledgedBy)} has acknowledged it.`;
  if (isSnoozed(alert, d.updatedAt)) return '';
  if (automatic?.kind === 'soon' || automatic?.kind === 'healthy') return 'You need not act.';
  return isDegradedAsApproved(d, alert) ? '' : 'You must decide.';
}

/** Tells the people who may roll back what to do, until one of them acknowledges or snoozes the alert. */
function nextStepFor(
  d: Deployment,
  alert: Alert,
  target: Target | undefined,
  automatic: AutomaticRollback | undefined,
): string | undefined {
  const who = target?.place.access.rollback ?? [];
  if (alert.acknowledgedBy || isSnoozed(alert, d.updatedAt) || who.length === 0) return undefined;
  return addressed(who, nextStep(whatToDo(d, alert, automatic), target));
}

const UNSURE =
  'If users get errors or you are unsure, press Roll back. Otherwise press Acknowledge.';

function whatToDo(d: Deployment, alert: Alert, automatic: AutomaticRollback | undefined): string {
  if (alert.fingerprint === 'cannot-tell') return `check it with \`/argo health\`. ${UNSURE}`;
  switch (automatic?.kind) {
    case 'soon':
      return 'wait for the rollback, or start it now with `/argo rollback`.';
    case 'futile':
      return `${proxyStep(d)}. Then correct the proxy.`;
    case 'impossible':
      return `read ${logsCommand(d)}, fix the cause, commit, then \`/argo deploy\`.`;
    case 'healthy':
      return 'wait for the next checks. If users still get errors, press Roll back.';
    case 'degraded':
    case 'late':
    case 'unseen':
    case undefined:
      return isDegradedAsApproved(d, alert)
        ? `read ${logsCommand(d)}. If users get errors, press Roll back. Otherwise press Acknowledge; nothing else is needed.`
        : `read ${logsCommand(d)}. ${UNSURE}`;
  }
}

/** Returns the next step if the watch ended with the alert; undefined once a newer deployment has started. */
function stepAfterWatch(d: Deployment, alert: Alert, target: Target | undefined) {
  if (alert.recoveredAt !== undefined || d.rollback || d.superseded) return undefined;
  const look = alert.fingerprint === 'public-address' ? proxyStep(d) : `read ${logsCommand(d)}`;
  const approved = isDegradedAsApproved(d, alert);
  const then =
    releaseToReturnTo(d) === undefined
      ? 'Then fix the cause and deploy.'
      : `If users get errors${approved ? '' : ' or you are unsure'}, run \`/argo rollback\`.`;
  const first = approved ? 'see whether it has recovered with `/argo health`' : look;
  const who = alert.acknowledgedBy ? [alert.acknowledgedBy] : (target?.place.access.rollback ?? []);
  return addressed(who, nextStep(`${first}. ${then}`, target));
}

function lastUpdateAt(d: Deployment, { raisedAt }: Alert): number {
  const rounds = roundsOf(d.checks.filter(({ at }) => at >= raisedAt));
  // A new state changes whether argo-bot will roll back, so the message shows it at once.
  const shown = rounds.findLastIndex(
    ({ state }, index) => index % ROUNDS_PER_UPDATE === 0 || state !== rounds[index - 1]?.state,
  );
  return rounds[shown]?.at ?? raisedAt;
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
