// Decides what a deployment is doing now, as all messages say it: activity, icon, progress, duration.
import {
  beganAt,
  isQueued,
  openGate,
  runningStage,
  type Deployment,
  type StageState,
} from '../../../deploy/record/deployment.ts';
import { Ending } from '../../../deploy/record/events.ts';
import { reasonOf } from '../../../deploy/record/requests.ts';
import { nounAtStart } from '../../../deploy/record/stages.ts';
import { failureTitle } from './failure-titles.ts';
import { nameSuffix } from './plan-words.ts';
import { duration, plainLine, quoted } from './text.ts';
import { isDoubtful } from './watch-words.ts';

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

/** A live release that is unhealthy or unwatched gets a warning icon. */
export function iconOf(d: Deployment): string {
  return isDoubtful(d) ? '⚠️' : icons[activityOf(d)];
}

/** Counts the rollback's stages once a rollback has begun. */
export function progress(d: Deployment): { done: number; total: number } {
  const rollingBack = d.stages.some(({ phase }) => phase === 'rollback');
  const counting = d.stages.filter(({ phase }) =>
    rollingBack ? phase === 'rollback' : phase !== 'cleanup',
  );
  const done = counting.filter(({ status }) => status === 'done' || status === 'skipped');
  return { done: done.length, total: counting.length };
}

/** Name of the running stage, else of the next one. */
export function currentStage(d: Deployment): string | undefined {
  const stage =
    runningStage(d) ??
    d.stages.find(({ phase, status }) => status === 'pending' && (!d.due || phase === d.due));
  return stage && nounAtStart(stage);
}

/** For the checklist: a running or failed stage by its noun, any other by its title. */
export function stageWords(stage: StageState): string[] {
  switch (stage.status) {
    case 'running':
      return [nounAtStart(stage)];
    case 'failed':
      return [failureTitle(stage)];
    case 'skipped':
      return [stage.title, 'skipped'];
    case 'done':
    case 'pending':
      return [stage.title];
  }
}

/** The first failed stage, which stopped the deployment; later ones failed in the rollback. */
export function failedStage(d: Deployment): StageState | undefined {
  return d.stages.find(({ status }) => status === 'failed');
}

/** Start of the current activity. */
function sinceOf(d: Deployment): number {
  const now = activityOf(d);
  if (d.stalled) return d.stalled.at;
  if (now === 'in-line') return d.queued?.since ?? d.createdAt;
  if (now === 'waiting') return openGate(d)?.openedAt ?? d.updatedAt;
  if (now === 'watching') return d.facts.switchedAt ?? d.updatedAt;
  return runningStage(d)?.startedAt ?? beganAt(d);
}

/** `1m 12s` of a finished deployment; else `since …`, because the message stays as it is for minutes. */
export function durationOrStart(d: Deployment, show: (at: number) => string): string {
  return isOver(activityOf(d)) ? duration(elapsed(d)) : `since ${show(sinceOf(d))}`;
}

/** Milliseconds, by the record and not the clock, so that two paints are equal. */
export function elapsed(d: Deployment): number {
  return (d.finished?.at ?? d.updatedAt) - beganAt(d);
}

/** `: errors since 14:02`, the reason of a person who requested the rollback; escaped. */
export function rollbackReason({ request }: Pick<Deployment, 'request'>): string {
  const reason = reasonOf(request);
  return reason === undefined ? '' : `: ${quoted(reason, 300)}`;
}

/** `argo-trading in production`; escaped. */
export function environmentOf({
  request,
}: {
  request: { service: string; environment: string };
}): string {
  return `${quoted(request.service, 60)} in ${quoted(request.environment, 60)}`;
}

/** `argo-trading → green`; not escaped. */
export function deploymentName(d: Deployment): string {
  return plainLine(`${d.request.service}${nameSuffix(d)}`, 150);
}
