import {
  beganAt,
  isQueued,
  openGate,
  runningStage,
  type Deployment,
  type StageState,
} from '../../../deploy/record/deployment.ts';
import { Ending } from '../../../deploy/record/events.ts';
import { nounAtStart } from '../../../deploy/record/stages.ts';
import { nameSuffix } from './plan-words.ts';
import { duration, plainLine } from './text.ts';
import { isDoubtful } from './watch-words.ts';

/** What a deployment is doing, in the words that every view uses. */
export type Activity =
  | 'in-line'
  | 'queued'
  | 'running'
  | 'waiting'
  | 'releasing'
  | 'watching'
  | 'rolling-back'
  | 'cleaning-up'
  | Ending;

export function activityOf(d: Deployment): Activity {
  if (d.finished) return d.finished.ending;
  if (isQueued(d)) return 'in-line';
  if (d.ending === 'rollback-failed') return 'rollback-failed';
  if (openGate(d)) return 'waiting';
  switch (d.due) {
    case 'rollback':
      return 'rolling-back';
    case 'cleanup':
      return 'cleaning-up';
    case 'watch':
      return 'watching';
    case 'release':
      return 'releasing';
    case 'prepare':
    case undefined:
      return d.stages.every(({ status }) => status === 'pending') ? 'queued' : 'running';
  }
}

export function isOver(now: Activity): now is Ending {
  return Ending.safeParse(now).success;
}

export const icons: Record<Activity, string> = {
  'in-line': '🕒',
  queued: '⚪',
  running: '🔵',
  waiting: '🟡',
  releasing: '🔵',
  watching: '🟢',
  'rolling-back': '🟠',
  'cleaning-up': '🟠',
  succeeded: '✅',
  failed: '❌',
  cancelled: '⏹️',
  rejected: '🚫',
  expired: '⌛',
  voided: '❌',
  'rolled-back': '↩️',
  'rollback-failed': '🚨',
  'dry-run': '📝',
};

/** What is live and in doubt does not look like what is good. */
export function iconOf(d: Deployment): string {
  return isDoubtful(d) ? '⚠️' : icons[activityOf(d)];
}

/** `8/18`, over the checklist that counts now: the rollback's own once it has begun. */
export function progress(d: Deployment): { done: number; total: number } {
  const rollingBack = d.stages.some(({ phase }) => phase === 'rollback');
  const counting = d.stages.filter(({ phase }) =>
    rollingBack ? phase === 'rollback' : phase !== 'cleanup',
  );
  const done = counting.filter(({ status }) => status === 'done' || status === 'skipped');
  return { done: done.length, total: counting.length };
}

/** Names the stage that runs, else the one that comes next. */
export function currentStage(d: Deployment): string | undefined {
  const stage =
    runningStage(d) ??
    d.stages.find(({ phase, status }) => status === 'pending' && (!d.due || phase === d.due));
  return stage && nounAtStart(stage);
}

/** In the checklist: what is being done or has failed by its noun, what is done or to be done by its title. */
export function stageWords(stage: StageState): string[] {
  switch (stage.status) {
    case 'running':
      return [nounAtStart(stage)];
    case 'failed':
      return [nounAtStart(stage), 'failed'];
    case 'skipped':
      return [stage.title, 'skipped'];
    case 'done':
    case 'pending':
      return [stage.title];
  }
}

/** What stopped it: the first failure, not those that the way back met. */
export function failedStage(d: Deployment): StageState | undefined {
  return d.stages.find(({ status }) => status === 'failed');
}

/** Since when it does what it is doing: a message stands for a long time, so only what is over has a duration. */
function sinceOf(d: Deployment): number {
  const now = activityOf(d);
  if (d.stalled) return d.stalled.at;
  if (now === 'in-line') return d.line?.since ?? d.createdAt;
  if (now === 'waiting') return openGate(d)?.openedAt ?? d.updatedAt;
  if (now === 'watching') return d.facts.switchedAt ?? d.updatedAt;
  return runningStage(d)?.startedAt ?? beganAt(d);
}

/** `1m 12s` of what is over; else since when, as `show` says it. */
export function durationOrStart(d: Deployment, show: (at: number) => string): string {
  return isOver(activityOf(d)) ? duration(elapsed(d)) : `since ${show(sinceOf(d))}`;
}

/** From the record alone, so that painting twice paints the same. */
export function elapsed(d: Deployment): number {
  return (d.finished?.at ?? d.updatedAt) - beganAt(d);
}

/** `argo-trading → green`, not escaped. */
export function deploymentName(d: Deployment): string {
  const { kind, service, ref } = d.request;
  if (kind === 'rollback') {
    const to = d.facts.rollbackTo?.release ?? ref ?? 'previous release';
    return plainLine(`${service} ↩ ${to}`, 150);
  }
  return `${service}${nameSuffix(d)}`;
}
