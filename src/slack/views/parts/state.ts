// Decides how messages describe a deployment's current state: activity, icon, progress, duration.
import { openAlert } from '../../../deploy/record/alerts.ts';
import {
  beganAt,
  isQueued,
  openGate,
  runningStage,
  type Deployment,
  type StageState,
} from '../../../deploy/record/deployment.ts';
import { Ending } from '../../../deploy/record/events.ts';
import type { Place } from '../../../deploy/history/records.ts';
import {
  describeRequest,
  isDryRun,
  reasonOf,
  refOf,
  slotOf,
} from '../../../deploy/record/requests.ts';
import { nounAtStart } from '../../../deploy/record/stages.ts';
import { failureTitle } from './failure-titles.ts';
import { commitTitle, releaseTitle } from './releases.ts';
import { duration, phrase, plainLine, quoted } from './text.ts';
import { isDegradedAsApproved } from './watch-figures.ts';
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

export function iconOf(d: Deployment): string {
  const alert = openAlert(d);
  if (d.stalled && !d.finished) return '🔴';
  if (alert) return isDegradedAsApproved(d, alert) ? '🟠' : '🔴';
  return isDoubtful(d) ? '⚠️' : icons[activityOf(d)];
}

/** Returns how many stages are done. During a rollback, counts only the stages of the rollback. */
export function progress(d: Deployment): { done: number; total: number } {
  const rollingBack = d.stages.some(({ phase }) => phase === 'rollback');
  const counting = d.stages.filter(({ phase }) =>
    rollingBack ? phase === 'rollback' : phase !== 'cleanup',
  );
  const done = counting.filter(({ status }) => status === 'done' || status === 'skipped');
  return { done: done.length, total: counting.length };
}

/** Returns the name of the running stage; if none is running, of the next stage. */
export function currentStage(d: Deployment): string | undefined {
  const stage =
    runningStage(d) ??
    d.stages.find(({ phase, status }) => status === 'pending' && (!d.due || phase === d.due));
  return stage && nounAtStart(stage);
}

export function stageWords(stage: StageState): string[] {
  if (stage.status === 'running') return [nounAtStart(stage)];
  if (stage.status === 'failed') return [failureTitle(stage)];
  return [stage.title, ...(stage.status === 'skipped' ? ['skipped'] : [])];
}

/** Returns the first failed stage, which stopped the deployment. Later ones failed in its rollback. */
export function failedStage(d: Deployment): StageState | undefined {
  return d.stages.find(({ status }) => status === 'failed');
}

/** Returns when the current activity began, in Unix milliseconds. */
function sinceOf(d: Deployment): number {
  const now = activityOf(d);
  if (d.stalled) return d.stalled.at;
  if (now === 'in-line') return d.queued?.since ?? d.createdAt;
  if (now === 'waiting') return openGate(d)?.openedAt ?? d.updatedAt;
  if (now === 'watching') return d.facts.switchedAt ?? d.updatedAt;
  return runningStage(d)?.startedAt ?? beganAt(d);
}

/** Returns `1 min 12 s` for a finished deployment. Else `since …`, because a shown duration is soon outdated. */
export function durationOrStart(d: Deployment, show: (at: number) => string): string {
  return isOver(activityOf(d)) ? duration(elapsed(d)) : `since ${show(sinceOf(d))}`;
}

/** Returns milliseconds up to the last event, not up to now, so that messages change only with new events. */
export function elapsed(d: Deployment): number {
  return (d.finished?.at ?? d.updatedAt) - beganAt(d);
}

/** Returns a rollback's reason as a suffix, such as `: errors since 14:02`; empty if there is none; escaped. */
export function rollbackReason({ request }: Pick<Deployment, 'request'>): string {
  const reason = reasonOf(request);
  return reason === undefined ? '' : `: ${phrase(reason, 300)}`;
}

/** Returns the names of service and environment, such as `argo-trading in production`; escaped. */
export function environmentOf({ service, environment }: Place): string {
  return `${quoted(service, 60)} in ${quoted(environment, 60)}`;
}

/** Returns `*argo-trading → green* in production`; escaped. */
export function titleOf(d: Deployment): string {
  return `*${quoted(deploymentName(d), 150)}* in ${quoted(d.request.environment, 60)}`;
}

/** Returns the deployment's name, such as `argo-trading → green`; not escaped. */
export function deploymentName(d: Deployment): string {
  return plainLine(`${d.request.service}${nameSuffix(d)}`, 150);
}

/** Returns the kind of a request: `Deployment`, `Rollback`, `Restart` or `Dry run`. */
export function requestName({ request }: Deployment): string {
  return isDryRun(request) ? 'Dry run' : describeRequest(request).title;
}

/** Returns what follows the service's name, such as ` → green`; plain text. The restart strategy shows no slot. */
function nameSuffix({ request, facts }: Deployment): string {
  const commit = facts.commit?.sha ?? refOf(request);
  const slot = facts.slot ?? (slotOf(request) === 'idle' ? 'idle slot' : slotOf(request));
  const way = request.strategy === 'restart' ? '' : ` → ${slot}`;
  switch (request.kind) {
    case 'deploy':
      return way;
    case 'config-push':
      return `${way}: config push with ${commitTitle(facts, commit)}`;
    case 'restart':
      return `: restart of ${facts.release === undefined ? 'the live release' : releaseTitle(facts.release, facts)}`;
    case 'rollback':
      return ` ↩ ${facts.rollbackTo ? releaseTitle(facts.rollbackTo.release, facts) : (refOf(request) ?? 'previous release')}`;
  }
}
