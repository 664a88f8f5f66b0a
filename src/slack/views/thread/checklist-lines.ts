// Builds the lines of a checklist: one for each stage, and one for the approval.
import type { TaskCardBlock } from '@slack/types';
import type { Deployment, StageState } from '../../../deploy/record/deployment.ts';
import { leftOutLines } from '../approval/file-changes.ts';
import { activityOf, stageWords } from '../parts/state.ts';
import { duration, plainLine } from '../parts/text.ts';
import { shownFailures } from './failure.ts';

export type Status = TaskCardBlock['status'];

export interface Line {
  id: string;
  title: string;
  status: Status;
  detail: string | undefined;
}

/** Maximum characters of a line. */
export const LIMIT = 256;
/** Maximum characters of a stage's result (two lines on a phone). A longer one is shown when the line is unfolded. */
const RESULT = 64;

export function linesOf(d: Deployment): Line[] {
  const lines: Line[] = [];
  for (const stage of d.stages) {
    if (stage.phase === 'release' && !lines.some(({ id }) => id === 'gate'))
      lines.push(gateLine(d));
    lines.push(stageLine(stage, d));
  }
  return lines.slice(0, 50);
}

function stageLine(stage: StageState, d: Deployment): Line {
  const failed = stage.status === 'failed';
  const took = stage.ms === undefined ? [] : [duration(stage.ms)];
  // Other blocks or the rollback's message give the reason of a failure.
  const result = stage.summary && !failed ? [plainLine(stage.summary, RESULT)] : [];
  const host = failed ? stage.failure?.host : undefined;
  const words = host === undefined ? stageWords(stage) : [`${stageWords(stage)[0]} on ${host}`];
  return {
    id: `${stage.phase}-${stage.name}`,
    title: plainLine([...words, ...result, ...took].join(' · '), LIMIT),
    status: statuses[stage.status],
    detail: detailOf(stage, shownFailures(d), leftOutLines(d.facts)),
  };
}

/** Returns the text that Slack shows when a person unfolds the stage's line. */
function detailOf(
  stage: StageState,
  shown: readonly StageState[],
  omitted: readonly string[],
): string | undefined {
  const { name, status, failure, summary = '' } = stage;
  if (failure)
    return shown.includes(stage) || failure.code === 'cancelled'
      ? undefined
      : plainLine(failure.message, LIMIT);
  if (status === 'failed') return undefined;
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
