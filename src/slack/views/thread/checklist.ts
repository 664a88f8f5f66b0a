// Builds the checklist message of a thread: title, one line per stage, warnings and failures.
import type { KnownBlock, RichTextBlock, TaskCardBlock } from '@slack/types';
import { openAlert } from '../../../deploy/record/alerts.ts';
import {
  type Deployment,
  isCancelPending,
  wasDequeued,
} from '../../../deploy/record/deployment.ts';
import { failureTitle } from '../parts/failure-titles.ts';
import { context, section } from '../parts/blocks.ts';
import { type Line, LIMIT, linesOf, type Status } from './checklist-lines.ts';
import { failureBlocks } from './failure.ts';
import { nextStep } from '../parts/next-step.ts';
import type { PaintedView, ViewContext } from '../parts/painted-view.ts';
import {
  requestName,
  currentStage,
  activityOf,
  failedStage,
  durationOrStart,
  iconOf,
  isOver,
  progress,
  type Activity,
} from '../parts/state.ts';
import {
  capped,
  clock,
  counted,
  plainLine,
  quoted,
  quotedSentence,
  sentence,
} from '../parts/text.ts';
import { isDegradedAsApproved, roundsText } from '../parts/watch-figures.ts';

const marks: Record<Status, string> = {
  pending: '▫️',
  in_progress: '⏳',
  complete: '✔️',
  error: '✖️',
};

/** Slack folds the plan block at every update. So its title says the state, and failures are blocks above it. */
export function checklist(d: Deployment, view: ViewContext): PaintedView {
  const title = plainLine(`${iconOf(d)} ${state(d, view.target)}`, LIMIT);
  const lines = linesOf(d);
  const blocks =
    view.style === 'plan' && lines.length > 0 ? [plan(title, lines)] : classic(title, lines);
  return {
    key: 'checklist',
    where: 'thread',
    news: news(d),
    text: quoted(title, LIMIT),
    blocks: [
      ...stalled(d, view.target),
      ...failureBlocks(d, view.target),
      ...blocks,
      ...warnings(d),
    ],
  };
}

/** Returns a text whose change updates the message at once. A cleanup is short, so its update may wait. */
function news(d: Deployment): string | undefined {
  const now = activityOf(d);
  return now === 'waiting' || now === 'rolling-back' || isOver(now) ? now : undefined;
}

const words: Partial<Record<Activity, string>> = {
  'in-line': 'Waiting in the queue',
  queued: 'Waiting for a worker',
  waiting: 'Waiting for approval',
  'cleaning-up': 'Cleaning up',
  succeeded: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  rejected: 'Rejected',
  expired: 'Approval expired',
  voided: 'Approval void',
  'rolled-back': 'Rolled back',
  'rollback-failed': 'Rollback failed',
};

/** Returns words that depend on more than the activity; undefined if those in `words` fit. */
function specialWords(d: Deployment, now: Activity): string | undefined {
  if (now === 'succeeded' && d.facts.unhealthy) return 'Live, but unhealthy';
  if (now === 'succeeded' && d.facts.unwatched) return 'Live, health unknown';
  if (now === 'expired' && !wasDequeued(d)) return 'Expired in the queue';
  if (now === 'dry-run') return `${requestName(d)} done, nothing was changed`;
  const failed = now === 'failed' && failedStage(d);
  if (failed) return failureTitle(failed);
  if (d.stalled && !d.finished) return 'Stalled';
  if (isCancelPending(d)) return 'Cancelling';
  const alert = openAlert(d);
  if (!alert) return undefined;
  return isDegradedAsApproved(d, alert)
    ? 'Degraded, as before the switch'
    : 'Unhealthy, still watched';
}

function stalled({ stalled: why, finished }: Deployment, target: ViewContext['target']) {
  if (!why || finished) return [];
  return [section(quotedSentence(why.message, 800)), section(nextStep(why.next, target))];
}

function state(d: Deployment, target: ViewContext['target']): string {
  const now = activityOf(d);
  const { done, total } = progress(d);
  const word = specialWords(d, now) ?? words[now] ?? currentStage(d) ?? 'Next';
  const rounds = now === 'watching' ? ` ${roundsText(d, target)}` : '';
  const line = `${done}/${total} · ${word}${rounds} · ${durationOrStart(d, clock)}`;
  return now === 'rolling-back' ? `Rolling back · ${line}` : line;
}

function plan(title: string, lines: readonly Line[]): KnownBlock {
  const tasks = lines.map(({ id, title: text, status, detail }): TaskCardBlock => ({
    type: 'task_card',
    task_id: id,
    title: text,
    status,
    ...(detail ? { details: rich(detail) } : {}),
  }));
  return { type: 'plan', title, tasks };
}

function rich(text: string): RichTextBlock {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
  };
}

function classic(title: string, lines: readonly Line[]): KnownBlock[] {
  const rows = lines.map((line) => `${marks[line.status]} ${quoted(line.title, LIMIT)}`);
  return [
    section(`*${quoted(title, LIMIT)}*`),
    ...(rows.length > 0 ? [section(capped(rows, 50, 2_800).join('\n'))] : []),
  ];
}

/** Removes the advice to reject from a warning, because nobody can reject after the approval. */
function stillTrue(warning: string): string {
  return warning.replace(/\. To keep [^.]*, (?:press R|r)eject\b.*$/, '.');
}

/** Returns a warning's first statement, without the host before it and the advice after it. */
function factOf(warning: string): string {
  return warning.replace(/^[\w.-]+: /, '').split(/[:;.] /)[0] ?? warning;
}

function warnings(d: Deployment): KnownBlock[] {
  const failed = d.stages.flatMap(({ failure }) => failure?.message.toLowerCase() ?? []);
  // A warning is left out if the message of a failure, which is shown above, contains it.
  const isTold = (warning: string): boolean =>
    failed.some((message) => message.includes(factOf(warning).toLowerCase()));
  const all = d.stages
    .flatMap((stage) => stage.warnings)
    .filter((warning) => !isTold(warning))
    .map(
      (warning) => `⚠️ ${quoted(sentence(d.gate?.decision ? stillTrue(warning) : warning), 300)}`,
    );
  if (all.length === 0) return [];
  const title = all.length === 1 ? [] : [counted(all.length, 'warning')];
  return [context([...title, ...capped(all, 3, 900)].join('\n'))];
}
