// Decides what `/argo status` and the Home tab say of a place: live release, queue, lock, history.
import type { KnownBlock } from '@slack/types';
import { openAlert } from '../../../deploy/record/alerts.ts';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Live } from '../../../deploy/history/live-by-record.ts';
import type { HistoryEntry, QueueEntry, Lock, Place } from '../../../deploy/history/records.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { roundsDone } from '../../../deploy/watch/rounds.ts';
import type { Reply } from '../../contract/interaction.ts';
import { context, section } from '../parts/blocks.ts';
import { historyLine } from './history.ts';
import { queueSummary } from '../thread/queue.ts';
import { opensAt } from './locks.ts';
import { activityOf } from '../parts/state.ts';
import { summary } from '../thread/summary.ts';
import { capped, code, counted, cutEscaped, person, quoted, when } from '../parts/text.ts';

const DAY_TIME = '{date_short_pretty} {time}';

export interface PlaceStatus {
  place: Place;
  target: Target;
  live: Live;
  running: Deployment | undefined;
  /** Id of the deployment with the claim, if its journal cannot be read. */
  unreadable?: string | undefined;
  lock: Lock | undefined;
  /** The next one first. */
  queue: readonly QueueEntry[];
  /** Newest first. */
  history: readonly HistoryEntry[];
}

export function statusView(places: readonly PlaceStatus[], total = places.length): Reply {
  if (places.length === 0) {
    return {
      text: 'Nothing is operated from this channel: no `access.channels` in argo.yml names it.',
    };
  }
  const shown = fitting(places.map(onePlace));
  const blocks = shown.flat();
  const left = total - shown.length;
  if (left > 0) blocks.push(context(`… ${left} more; name one with \`--service\` and \`--env\``));
  const headlines = places.slice(0, shown.length).map(headline).join('\n');
  return { text: cutEscaped(headlines, 2_900), blocks };
}

/** The first places that fit in one message: 50 blocks and about 12,000 characters. */
function fitting(all: readonly KnownBlock[][]): KnownBlock[][] {
  let characters = 0;
  let blocks = 0;
  const after = all.findIndex((one) => {
    characters += JSON.stringify(one).length;
    blocks += one.length;
    return characters > 11_000 || blocks > 48;
  });
  return after === -1 ? [...all] : all.slice(0, after);
}

function onePlace(status: PlaceStatus): KnownBlock[] {
  const recent = status.history.slice(0, 3).map(historyLine);
  return [
    section(placeLines(status).join('\n')),
    ...(recent.length > 0 ? [context(recent.join('\n'))] : []),
  ];
}

/** One line each for the live release, the running deployment, the queue and the lock. */
export function placeLines(status: PlaceStatus): string[] {
  const { running, lock, target, queue } = status;
  const lines = [headline(status)];
  if (running) lines.push(summary(running, { target, style: 'plan' }).text);
  if (queue.length > 0) lines.push(queueSummary(queue));
  if (lock) {
    lines.push(
      `🔒 Locked by ${person(lock.by)} since ${when(lock.at, DAY_TIME)}${opensAt(lock)}: ${quoted(lock.reason, 300)} · \`/argo unlock\``,
    );
  }
  return lines;
}

function headline(status: PlaceStatus): string {
  const { place, live, unreadable } = status;
  const where = `*${quoted(place.service, 60)}* in ${quoted(place.environment, 60)}`;
  if (unreadable !== undefined) {
    return `🚨 ${where}: the record of the running deployment cannot be read, so what is live is not known · on the bot’s machine: ${code(`argo-bot repair ${unreadable}`, 120)}`;
  }
  switch (live.kind) {
    case 'nothing':
      return `⚪ ${where}: argo-bot has no record of a release that is live`;
    case 'before':
      return `⚪ ${where}: users are on the service from before argo-bot, since ${when(live.since, DAY_TIME)}`;
    case 'moving':
      return `🔵 ${where}: users are being moved to ${live.to === undefined ? 'the service from before argo-bot' : code(live.to, 80)} since ${when(live.since, '{time_secs}')}`;
    case 'unknown':
      return `🚨 ${where}: the last rollback failed, so what is live is not known${among(live.among)} · \`/argo health\` asks the hosts`;
    case 'release':
      return release(where, live, status);
  }
}

function among(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${names.map((name) => code(name, 80)).join(' or ')})`;
}

function release(
  where: string,
  live: Live & { kind: 'release' },
  { running, target }: PlaceStatus,
): string {
  const failed = live.rollbackFailed || live.except;
  const icon = failed ? '🚨' : running && openAlert(running) ? '🔴' : live.unhealthy ? '⚠️' : '🟢';
  const hosts =
    live.except &&
    capped(
      live.except.map((host) => code(host, 60)),
      10,
      700,
    ).join(', ');
  return [
    `${icon} ${where}: live is ${code(live.release, 80)} since ${when(live.since, DAY_TIME)}`,
    ...(live.restartedAt === undefined ? [] : [`restarted ${when(live.restartedAt, DAY_TIME)}`]),
    ...(live.unhealthy ? ['*unhealthy in its watch*'] : []),
    ...(failed ? ['*the last rollback failed*'] : []),
    ...(hosts === undefined ? [] : [`not on ${hosts}, which could not be brought back`]),
    ...(running && activityOf(running) === 'watching'
      ? [`being watched: ${roundsOf(running, target)}`]
      : []),
  ].join(' · ');
}

/** `12 of 60 checks`. */
function roundsOf(running: Deployment, { place }: Target): string {
  return `${roundsDone(running, place.watch)} of ${counted(place.watch.checks, 'check')}`;
}
