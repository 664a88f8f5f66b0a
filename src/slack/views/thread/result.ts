// Builds the last message of a thread: how the deployment ended, with figures and times.
import type { KnownBlock } from '@slack/types';
import { type Deployment, wasDequeued } from '../../../deploy/record/deployment.ts';
import type { Ending } from '../../../deploy/record/events.ts';
import { describeRequest, isDryRun, reasonOf } from '../../../deploy/record/requests.ts';
import { inShort, reasonAlone, reasonInShort } from '../parts/failure-titles.ts';
import { actions, context, section } from '../parts/blocks.ts';
import { replacedEdits } from '../approval/config-changes.ts';
import { changeBlocks } from '../approval/changes.ts';
import { changeCounts, totalsOf } from '../approval/file-changes.ts';
import { downtimeLines, isRestart } from '../approval/downtime.ts';
import { rollbackButtons } from './failure.ts';
import { actor, leftBehind, nextAfterRollback, unlockButton } from './rollback.ts';
import { nextStep } from '../parts/next-step.ts';
import type { PaintedView, ViewContext } from '../parts/painted-view.ts';
import { rollbackSource } from '../parts/releases.ts';
import { titleOf, elapsed, failedStage, iconOf } from '../parts/state.ts';
import {
  code,
  counted,
  duration,
  number,
  person,
  phrase,
  quoted,
  sentence as capitalized,
  when,
} from '../parts/text.ts';
import { usersSentence, verdictSentence } from '../parts/watch-words.ts';
import { complaint, figures } from '../parts/watch-figures.ts';

export function result(d: Deployment, { target }: ViewContext): PaintedView[] {
  if (!d.finished) return [];
  const { ending, at } = d.finished;
  const commanded = describeRequest(d.request).rollsBack === true;
  const isVerb =
    (ending === 'failed' && !isDryRun(d.request)) || (ending === 'rolled-back' && !commanded);
  const ended = isVerb ? ' ' : ': ';
  const head = `${iconOf(d)} ${titleOf(d)}${ended}${sentence(d, ending, target)}`;
  const isLive = d.facts.switchedAt !== undefined || ending === 'dry-run';
  const lines = isLive ? [...figureLines(d), ...replacedEdits(d, target?.place.root)] : [];
  const buttons = [
    ...(ending === 'succeeded' ? rollbackButtons(d) : []),
    ...(d.request.kind === 'rollback' ? unlockButton(d) : []),
  ];
  const blocks: KnownBlock[] = [
    section(head),
    ...(lines.length > 0 ? [section(lines.join('\n'))] : []),
    ...(ending === 'dry-run' ? changeBlocks(d, target) : []),
    ...(buttons.length > 0 ? [actions(...buttons)] : []),
    context(`${when(d.createdAt)} to ${when(at)} · ${duration(elapsed(d))}`),
  ];
  return [{ key: 'result', where: 'thread', text: head, blocks }];
}

function sentence(d: Deployment, ending: Ending, target: ViewContext['target']): string {
  const decision = d.gate?.decision;
  const unchanged = 'Nothing live was changed.';
  const again = nextStep('`/argo deploy`.', target);
  switch (ending) {
    case 'succeeded':
      return `${verdictSentence(d, target)}${failedStage(d) ? ' The final clean-up failed.' : ''}`;
    case 'failed': {
      const stage = failedStage(d);
      const failed = `${isDryRun(d.request) ? 'the dry run ' : ''}failed`;
      const effect = isDryRun(d.request)
        ? 'Nothing was changed.'
        : `${unchanged}${d.superseded ? ' A newer deployment has started since, so do not retry this one.' : ''}`;
      return `${failed}${stage ? reasonInShort(stage) : '.'} ${effect}`;
    }
    case 'cancelled':
      return `cancelled${d.cancelledBy ? ` by ${person(d.cancelledBy)}` : ''}. ${unchanged}`;
    case 'rejected': {
      const why =
        decision?.kind === 'rejected'
          ? ` by ${person(decision.by)}: ${phrase(decision.reason, 300)}`
          : '';
      return `rejected${why}. ${unchanged}`;
    }
    case 'expired':
      if (!wasDequeued(d)) return `it waited too long in the queue. ${unchanged} ${again}`;
      return `nobody approved or rejected it in time. ${unchanged} ${again}`;
    case 'voided':
      // If a stage failed, the failure message in the thread gives the next step.
      return `the approval is void${voidReason(d)} ${unchanged}${failedStage(d)?.failure ? '' : ` ${again}`}`;
    case 'rolled-back':
      return describeRequest(d.request).rollsBack
        ? commandedRollback(d, target)
        : `was rolled back ${actor(d)}. ${usersSentence(d)} ${rollbackCause(d)} ${nextAfterRollback(d, target)}`;
    case 'rollback-failed':
      return `the rollback failed${rollbackFailure(d)} ${usersSentence(d)} ${nextAfterRollback(d, target)}`;
    case 'dry-run':
      return 'dry run done. Nothing was changed; this is what a deployment would change:';
  }
}

function commandedRollback(d: Deployment, target: ViewContext['target']): string {
  const reason = reasonOf(d.request);
  return [
    `rolled back${rollbackSource(d)} by ${person(d.request.origin.user)}. ${usersSentence(d)}`,
    reason === undefined
      ? 'No reason was given.'
      : `Reason: ${quoted(reason, 300).replace(/[^.!?…]$/, '$&.')}`,
    'Deployments are locked.',
    nextStep('fix the cause, then `/argo unlock`.', target),
  ].join(' ');
}

function rollbackCause({ rollback: decided }: Deployment): string {
  const reason = decided?.reason ?? '';
  return decided?.by
    ? `Reason: ${quoted(reason, 300).replace(/[^.!?…]$/, '$&.')}`
    : inShort(capitalized(reason));
}

/** Returns where and why the rollback failed, such as ` on host-1: nginx does not start.`; escaped. */
function rollbackFailure(d: Deployment): string {
  const stage = d.stages.findLast(({ phase, failure }) => phase === 'rollback' && failure);
  const left = leftBehind(d);
  if (!stage && left) return `${left.where}: ${left.reason}`;
  return stage ? reasonInShort(stage) : '.';
}

function voidReason(d: Deployment): string {
  const decision = d.gate?.decision;
  if (decision?.kind === 'voided') return `: ${phrase(decision.reason, 300)}.`;
  const stage = failedStage(d);
  return stage ? `.${reasonAlone(stage)}` : '.';
}

function figureLines(d: Deployment): string[] {
  const { facts, gate } = d;
  const lines: string[] = [];
  if (facts.release)
    lines.push(
      `Release ${code(facts.release, 80)}${facts.slot && !isRestart(d) ? ` in ${facts.slot}` : ''}`,
    );
  const changes = facts.diff && changeCounts(totalsOf(facts.diff));
  if (facts.fileCount !== undefined)
    lines.push(`${counted(facts.fileCount, 'file')}${changes ? ` (${changes})` : ''}`);
  const decision = gate?.decision;
  if (gate && decision?.kind === 'approved') {
    lines.push(`Approved by ${person(decision.by)} after ${duration(decision.at - gate.openedAt)}`);
  }
  if (facts.switchedAt !== undefined)
    lines.push(
      `${isRestart(d) ? 'Restarted' : 'Traffic switched'} ${when(facts.switchedAt, '{time_secs}')}`,
    );
  lines.push(...downtimeLines(d));
  const watched = figures(d.checks);
  if (watched) {
    const unseen = watched.unseen > 0 ? `, ${number(watched.unseen)} without an answer` : '';
    const outside =
      watched.badInPublic > 0 ? `, ${number(watched.badInPublic)} at the public address` : '';
    const count = watched.bad === watched.rounds && watched.bad > 1 ? 'all' : number(watched.bad);
    const bad = watched.bad > 0 ? `, *${count} ${complaint(d.checks)}*${outside}` : '';
    lines.push(
      `${counted(watched.rounds, 'check')}${bad}${unseen}`,
      `Answers took ${number(watched.median)} ms (median), ${number(watched.p95)} ms (95th percentile)`,
    );
  }
  return lines;
}
