// Builds the checklist message of a thread: title, one line per stage, warnings and failures.
import type { KnownBlock, RichTextBlock, TaskCardBlock } from '@slack/types';
import { openAlert } from '../../../deploy/record/alerts.ts';
import type { Deployment, StageState } from '../../../deploy/record/deployment.ts';
import { failureTitle } from '../parts/failure-titles.ts';
import { context, section } from '../parts/blocks.ts';
import { failureBlocks } from './failure.ts';
import { leftOutLines } from '../approval/file-changes.ts';
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
  stageWords,
} from '../parts/state.ts';
import { capped, clock, counted, duration, plainLine, quoted } from '../parts/text.ts';
import { roundsText } from '../parts/watch-figures.ts';

type Status = TaskCardBlock['status'];
interface Line {
  id: string;
  title: string;
  status: Status;
  detail: string | undefined;
}

const LIMIT = 256;
/** Maximum characters of a stage's result (two lines on a phone). A longer one is in the unfolded line. */
const RESULT = 64;
const marks: Record<Status, string> = {
  pending: '▫️',
  in_progress: '⏳',
  complete: '✔️',
  error: '✖️',
};

/** Failures come first. Slack folds the plan at every update, so its title must say the state. */
export function checklist(d: Deployment, view: ViewContext): PaintedView {
  const icon = openAlert(d) || d.stalled ? '🔴' : iconOf(d);
  const title = plainLine(`${icon} ${state(d, view.target)}`, LIMIT);
  const lines = linesOf(d);
  const blocks =
    view.style === 'plan' && lines.length > 0 ? [plan(title, lines)] : classic(title, lines);
  return {
    key: 'checklist',
    where: 'thread',
    news: news(d),
    text: quoted(title, LIMIT),
    blocks: [...failureBlocks(d, view.target), ...blocks, ...warnings(d)],
  };
}

/** Returns the activity if the message must show it at once. Cleaning up is left out, because it ends soon. */
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

/** Returns words that depend on more than the activity; undefined if `words` has the right ones. */
function specialWords(d: Deployment, now: Activity): string | undefined {
  if (now === 'succeeded' && d.facts.unhealthy) return 'Live, but unhealthy';
  if (now === 'dry-run') return `${requestName(d)} done, nothing was changed`;
  const failed = now === 'failed' && failedStage(d);
  if (failed) return failureTitle(failed);
  if (d.stalled && !d.finished) return 'Stalled';
  return openAlert(d) ? 'Unhealthy, still watched' : undefined;
}

function state(d: Deployment, target: ViewContext['target']): string {
  const now = activityOf(d);
  const { done, total } = progress(d);
  const word = specialWords(d, now) ?? words[now] ?? currentStage(d) ?? 'Next';
  const rounds = now === 'watching' ? ` ${roundsText(d, target)}` : '';
  const line = `${done}/${total} · ${word}${rounds} · ${durationOrStart(d, clock)}`;
  return now === 'rolling-back' ? `Rolling back · ${line}` : line;
}

function linesOf(d: Deployment): Line[] {
  const lines: Line[] = [];
  for (const stage of d.stages) {
    if (stage.phase === 'release' && !lines.some(({ id }) => id === 'gate'))
      lines.push(gateLine(d));
    lines.push(stageLine(stage, d));
  }
  return lines.slice(0, 50);
}

function stageLine(stage: StageState, { facts }: Deployment): Line {
  const took = stage.ms === undefined ? [] : [duration(stage.ms)];
  const result = stage.summary ? [plainLine(stage.summary, RESULT)] : [];
  return {
    id: `${stage.phase}-${stage.name}`,
    title: plainLine([...stageWords(stage), ...result, ...took].join(' · '), LIMIT),
    status: statuses[stage.status],
    detail: detailOf(stage, leftOutLines(facts)),
  };
}

/** Returns the text that Slack shows when a person unfolds the stage's line. */
function detailOf(
  { name, failure, summary = '' }: StageState,
  omitted: readonly string[],
): string | undefined {
  if (failure) return plainLine(failure.message, LIMIT);
  if (summary.length > RESULT) return plainLine(summary, LIMIT);
  if (name !== 'files' || omitted.length === 0) return undefined;
  return plainLine(`Left out: ${omitted.join('; ')}`, LIMIT);
}

const statuses: Record<StageState['status'], Status> = {
  pending: 'pending',
  running: 'in_progress',
  done: 'complete',
  skipped: 'complete',
  failed: 'error',
};

function gateLine(d: Deployment): Line {
  const { gate: opened } = d;
  if (!opened) return gate('Approved', 'pending');
  const { decision } = opened;
  if (!decision) {
    return activityOf(d) === 'waiting'
      ? gate('Waiting for approval', 'in_progress')
      : gate('Approved', 'pending');
  }
  const waited = duration(decision.at - opened.openedAt);
  switch (decision.kind) {
    case 'approved':
      return gate(`Approved · after ${waited}`, 'complete');
    case 'rejected':
      return gate(`Rejected · after ${waited}`, 'error');
    case 'expired':
      return gate(`Approval expired · after ${waited}`, 'error');
    case 'voided':
      return gate('Approval void', 'error');
  }
}

function gate(title: string, status: Status): Line {
  return { id: 'gate', title, status, detail: undefined };
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

function warnings(d: Deployment): KnownBlock[] {
  const all = d.stages.flatMap((stage) =>
    stage.warnings.map((warning) => `⚠️ ${quoted(`${stage.title}: ${warning}`, 250)}`),
  );
  if (all.length === 0) return [];
  const title = all.length === 1 ? [] : [counted(all.length, 'warning')];
  return [context([...title, ...capped(all, 3, 900)].join('\n'))];
}
