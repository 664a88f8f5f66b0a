// Describes the state of a queued deployment: its position, what it waits for, its outcome.
import { type Deployment, wasDequeued, isQueued } from '../../../deploy/record/deployment.ts';
import type { Obstacle } from '../../../deploy/record/events.ts';
import { describeRequest } from '../../../deploy/record/requests.ts';
import { LONGEST_WAIT_MS, readWants } from '../../../deploy/acts/queue.ts';
import type { HistoryEntry, QueueEntry } from '../../../deploy/history/records.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { ids } from '../../contract/values.ts';
import { actions, button, context, section } from '../parts/blocks.ts';
import type { PaintedView, ViewContext } from '../parts/painted-view.ts';
import { mentions } from '../parts/people.ts';
import { unlockStep } from '../parts/next-step.ts';
import {
  capped,
  dayAndTime,
  duration,
  person,
  phrase,
  quoted,
  refCode,
  sentence,
  when,
} from '../parts/text.ts';

/** Builds a message with the deployment's position in the queue, and a second one when it starts. */
export function queueMessages(d: Deployment, { target }: ViewContext): PaintedView[] {
  if (!d.queued) return [];
  const views: PaintedView[] = [{ key: 'line', where: 'thread', ...queueView(d, target) }];
  const { since, until } = d.queued;
  if (until !== undefined) {
    const text = `▶️ Started after ${duration(until - since)} in the queue.`;
    views.push({ key: 'turn', where: 'thread', text, blocks: [section(text)] });
  }
  return views;
}

function queueView(
  d: Deployment,
  target: Target | undefined,
): Pick<PaintedView, 'text' | 'blocks'> {
  const { since = d.createdAt, until } = d.queued ?? {};
  if (!isQueued(d)) {
    const text = `🕒 ${queueTime(since, until, d.finished?.at ?? d.updatedAt)}`;
    return { text, blocks: [section(text)] };
  }
  const text = `🕒 ${sentence(queueStatus(d))}.${whoUnlocks(d, target)}`;
  const leave = button({ id: ids.leaveQueue, text: 'Leave the queue', value: { d: d.id } });
  const last = dayAndTime(since + LONGEST_WAIT_MS);
  const note = `Nothing has changed for users. It starts automatically${afterUnlock(d)}, and expires at ${last}.`;
  return { text, blocks: [section(text), actions(leave), context(note)] };
}

function queueTime(since: number, until: number | undefined, ended: number): string {
  if (until === undefined)
    return `This deployment left the queue at ${when(ended)} without starting. Nothing was changed.`;
  const [from, end] = [when(since), when(until)];
  // Slack shows times without seconds, so two times in one minute look the same.
  const sameMinute = Math.floor(since / 60_000) === Math.floor(until / 60_000);
  return `This deployment was in the queue ${sameMinute ? `at ${from}` : `from ${from} to ${end}`}.`;
}

/** Returns ` after the unlock` if a lock blocks the queue. */
export function afterUnlock({ queued: waits }: Deployment): string {
  return waits?.behind?.kind === 'lock' ? ' after the unlock' : '';
}

/** If a lock blocks the queue, mentions the people who may unlock. */
function whoUnlocks({ queued: waits }: Deployment, target: Target | undefined): string {
  const who = target?.place.access.unlock ?? [];
  if (waits?.behind?.kind !== 'lock' || who.length === 0) return '';
  return `\n${mentions(who)}: ${unlockStep({ by: waits.behind.by, until: undefined }, target)}`;
}

/** Returns `2nd in the queue` for the summary in the channel; it mentions nobody. */
export function queuePosition(d: Deployment): string {
  return `${position(d)}${d.queued?.behind?.kind === 'lock' ? ', behind a lock' : ''}`;
}

/** Returns the position in the queue, and what the deployment waits for; escaped. */
export function queueStatus(d: Deployment): string {
  const behind = d.queued?.behind;
  return `${position(d)}${behind ? `, ${obstacleWords(behind)}` : ''}`;
}

function position({ queued: waits }: Deployment): string {
  const { place } = waits ?? {};
  if (place === undefined) return 'in the queue';
  return `${place === 1 ? 'next' : ordinal(place)} in the queue`;
}

function obstacleWords(obstacle: Obstacle): string {
  return obstacle.kind === 'deployment'
    ? `behind the deployment by ${person(obstacle.by)}, running since ${dayAndTime(obstacle.since)}`
    : `waiting for the end of the lock by ${person(obstacle.by)} (reason: ${phrase(obstacle.reason, 200)})`;
}

/** Returns the outcome of a deployment that expired in the queue; undefined if it got out of the queue and started. */
export function queueOutcome(d: Deployment): string | undefined {
  if (wasDequeued(d)) return undefined;
  const waited = (d.finished?.at ?? d.updatedAt) - (d.queued?.since ?? d.createdAt);
  return `expired after ${duration(waited)} in the queue · nothing was changed`;
}

export function queueSummary(
  entries: readonly QueueEntry[],
  history: readonly HistoryEntry[],
): string {
  const waiting = entries.map(
    ({ by, since, wants }, index) =>
      `${index + 1}. ${wantedWords(wants, history)}${person(by)} since ${dayAndTime(since)}`,
  );
  return `🕒 Queue: ${capped(waiting, 10, 1_000).join(' · ')}`;
}

/** Returns what a queued request deploys, such as `main by `; empty for an entry of an older version. */
function wantedWords(wants: string, history: readonly HistoryEntry[]): string {
  const wanted = readWants(wants);
  if (!wanted) return '';
  const { kind, ref } = wanted;
  if (kind !== 'deploy') return `${describeRequest({ kind }).title.toLowerCase()} by `;
  if (ref === undefined) return 'newest commit by ';
  const commit = history.find((entry) => entry.commit?.sha === ref)?.commit;
  const short = refCode(ref);
  return commit ? `${quoted(commit.subject, 60)} (${short}) by ` : `${short} by `;
}

function ordinal(place: number): string {
  const tens = place % 100;
  const ending = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${place}${ending}`;
}
