// Builds the summary message in the channel: state, duration, requester, how the deployment ended.
import { openAlert } from '../../../deploy/record/alerts.ts';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { describeRequest, isDryRun } from '../../../deploy/record/requests.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { section } from '../parts/blocks.ts';
import { downtimeWords } from '../approval/downtime.ts';
import { queueOutcome, queuePosition } from './queue.ts';
import type { PaintedView, ViewContext } from '../parts/painted-view.ts';
import { approvers, mentions } from '../parts/people.ts';
import {
  titleOf,
  currentStage,
  activityOf,
  failedStage,
  durationOrStart,
  iconOf,
  rollbackReason,
  isOver,
  progress,
} from '../parts/state.ts';
import { nextAfter } from './failure.ts';
import { actor, leftBehind, nextAfterRollback } from './rollback.ts';
import { nextStep, withFlags } from '../parts/next-step.ts';
import { rollbackTarget } from '../parts/releases.ts';
import { dayAndTime, person, phrase, quoted } from '../parts/text.ts';
import { isDegradedAsApproved, roundsText } from '../parts/watch-figures.ts';
import { doubtWords, isDoubtful, usersSentence } from '../parts/watch-words.ts';
import { headline, lineOf, unnamedHost } from '../parts/failure-titles.ts';

const REASON = 300;

export function summary(d: Deployment, { target }: ViewContext): PaintedView {
  const dry = isDryRun(d.request) ? ' (dry run)' : '';
  const head = `${iconOf(d)} ${titleOf(d)}${dry}`;
  const line = `${head} · ${progressWords(d, target)}`;
  return { key: 'summary', where: 'channel', news: news(d), text: line, blocks: [section(line)] };
}

/** Returns the deployment's state, duration and requester; escaped. */
export function progressWords(d: Deployment, target: Target | undefined): string {
  const named = d.finished?.ending === 'rolled-back' && describeRequest(d.request).rollsBack;
  const by = named ? [] : [`asked by ${person(d.request.origin.user)}`];
  // The next step is the last part, so that nothing stands behind its command.
  const [state = '', ...next] = stateWords(d, target).split(/ · (?=\*Next:\* )/);
  const words = [state, durationOrStart(d, dayAndTime), ...by];
  const decision = d.gate?.decision;
  if (decision?.kind === 'approved' && decision.brokeGlass !== undefined)
    words.push(`🚨 approved alone by ${person(decision.by)} (break glass)`);
  return [...words, ...next].join(' · ');
}

/** Returns a text whose change updates the message at once. It changes with the activity, an alert or a stall. */
function news(d: Deployment): string | undefined {
  const now = activityOf(d);
  const moving = now === 'queued' || now === 'running' || now === 'releasing';
  const parts = [moving ? '' : now, openAlert(d) ? 'alert' : '', d.stalled ? 'stalled' : ''];
  return parts.filter(Boolean).join(' ') || undefined;
}

function stateWords(d: Deployment, target: Target | undefined): string {
  const now = activityOf(d);
  if (isOver(now)) return outcome(d, now, target);
  if (d.stalled)
    return `*stalled*: ${phrase(d.stalled.message, REASON)} · ${nextStep(d.stalled.next, target)}`;
  switch (now) {
    case 'in-line':
      return queuePosition(d);
    case 'queued':
      return 'waiting for a worker';
    case 'running':
    case 'releasing':
      return step(d);
    case 'waiting':
      return `waiting for approval by ${mentions(approvers(d, target), 5) || 'nobody: access.approve is empty'}`;
    case 'watching':
      return watching(d, target);
    case 'rolling-back':
      return d.rollback
        ? `rolling back${rollbackTarget(d)}: ${phrase(d.rollback.reason, REASON)} · ${step(d)}`
        : step(d);
    case 'cleaning-up':
      return `${outcome(d, d.ending ?? 'failed', target)} · cleaning up`;
  }
}

function step(d: Deployment): string {
  const { done, total } = progress(d);
  const words = currentStage(d);
  const asked = d.cancelledBy ? ' · cancelling' : '';
  return `${done}/${total}${words ? ` ${quoted(words, 80)}` : ''}${asked}`;
}

function watching(d: Deployment, target: Target | undefined): string {
  const alert = openAlert(d);
  const state = alert
    ? `*${isDegradedAsApproved(d, alert) ? 'degraded, as before the switch' : 'unhealthy'}*: ${phrase(alert.reason, REASON)}`
    : 'live';
  return `${state} · watched ${roundsText(d, target)}`;
}

function outcome(
  d: Deployment,
  ending: NonNullable<Deployment['ending']>,
  target: Target | undefined,
): string {
  const decision = d.gate?.decision;
  switch (ending) {
    case 'succeeded':
      return `${liveWords(d)}${downtimeWords(d)}`;
    case 'failed':
      return `${failure(d) || 'failed'} · nothing ${isDryRun(d.request) ? '' : 'live '}was changed`;
    case 'cancelled':
      return `cancelled${d.cancelledBy ? ` by ${person(d.cancelledBy)}` : ''} · nothing live was changed`;
    case 'rejected':
      return decision?.kind === 'rejected'
        ? `rejected by ${person(decision.by)}: ${phrase(decision.reason, REASON)} · nothing live was changed`
        : 'rejected · nothing live was changed';
    case 'expired':
      return `${queueOutcome(d) ?? 'nobody approved in time · nothing live was changed'} · ${nextStep('`/argo deploy`.', target)}`;
    case 'voided':
      return `approval void: ${decision?.kind === 'voided' ? phrase(decision.reason, REASON) : failure(d)} · nothing live was changed`;
    case 'rolled-back':
      return describeRequest(d.request).rollsBack
        ? `*rolled back by ${person(d.request.origin.user)}*${rollbackReason(d) || ': no reason given'}${lockNote(d, target)}`
        : `*rolled back ${actor(d)}*${rollbackTarget(d)}${d.rollback ? `: ${phrase(d.rollback.reason, REASON)}` : ''}${lockNote(d, target)}`;
    case 'rollback-failed':
      return rollbackFailure(d, target);
    case 'dry-run':
      return 'dry run done · nothing was changed';
  }
}

/** Returns what is live or was restarted. For a restart, the title names the release already. */
function liveWords(d: Deployment): string {
  const { keepsRelease } = describeRequest(d.request);
  const verb = keepsRelease ? 'restarted' : 'live';
  const { commit, release: name } = d.facts;
  const named = keepsRelease || !name ? '' : quoted(name, 80);
  const what = commit && named ? `${quoted(commit.subject, 100)} (${named})` : named;
  const remark = healthRemark(d);
  if (!isDoubtful(d)) return `*${verb}${remark}*${what && `: ${what}`}`;
  return [`*${verb}${remark}*: ${doubtWords(d)}`, ...(what ? [what] : [])].join(' · ');
}

function healthRemark({ facts }: Deployment): string {
  if (facts.unhealthy) return ', but unhealthy';
  if (facts.unwatched) return ', but health unknown';
  return facts.health?.status === 'degraded' ? ', but degraded' : '';
}

function lockNote({ facts }: Deployment, target: Target | undefined): string {
  const until = withFlags('`/argo unlock`', target);
  return facts.lockedAt === undefined ? '' : ` · deployments are locked until ${until}`;
}

function rollbackFailure(d: Deployment, target: Target | undefined): string {
  const stage = d.stages.findLast(
    ({ phase, status }) => phase === 'rollback' && status === 'failed',
  );
  const left = stage ? undefined : leftBehind(d);
  const { message = stage?.summary ?? 'no reason given' } = stage?.failure ?? {};
  const where = stage ? unnamedHost(stage) : '';
  return [
    left
      ? `*rollback failed${left.where}*: ${left.reason.replace(/\.$/, '')}`
      : `*rollback failed${where}*: ${phrase(lineOf(message), REASON)}`,
    usersSentence(d)
      .replace(/\.$/, '')
      .replace(/^[UI]/, (letter) => letter.toLowerCase()),
    ...(left ? [nextAfterRollback(d, target)] : []),
    ...(stage?.failure ? [nextAfter(d, stage, stage.failure, target)] : []),
  ].join(' · ');
}

function failure(d: Deployment): string {
  const stage = failedStage(d);
  if (!stage) return '';
  const reason = lineOf(stage.failure?.message ?? stage.summary ?? 'no reason given');
  return `*${headline(stage)}*: ${phrase(reason, REASON)}`;
}
