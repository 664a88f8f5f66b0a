import type { KnownBlock } from '@slack/types';
import type { Deployment } from '../../deploy/deployment.ts';
import { liveByRecord } from '../../deploy/live-by-record.ts';
import type { HistoryEntry, LineEntry, Lock, Place } from '../../deploy/records.ts';
import type { Target } from '../../deploy/settings.ts';
import type { Reply } from '../ask.ts';
import { context, section } from './blocks.ts';
import { historyLine } from './history.ts';
import { lineUp } from './line.ts';
import { opensAt } from './locks.ts';
import { summary } from './summary.ts';
import { code, person, quoted, when } from './text.ts';

const DAY_TIME = '{date_short_pretty} {time}';

export interface PlaceStatus {
  place: Place;
  target: Target;
  running: Deployment | undefined;
  lock: Lock | undefined;
  /** Who waits for its end, the next first. */
  line: readonly LineEntry[];
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
  return { text: places.slice(0, shown.length).map(headline).join('\n'), blocks };
}

/** As many of the first as one message takes: 50 blocks, and some 12,000 characters. */
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

/** What is live, what is running and whether it is locked, a line each. */
export function placeLines(status: PlaceStatus): string[] {
  const { running, lock, target, line } = status;
  const lines = [headline(status)];
  if (running) lines.push(summary(running, { target, style: 'plan' }).text);
  if (line.length > 0) lines.push(lineUp(line));
  if (lock) {
    lines.push(
      `🔒 Locked by ${person(lock.by)} since ${when(lock.at, DAY_TIME)}${opensAt(lock)}: ${quoted(lock.reason, 300)} · \`/argo unlock\``,
    );
  }
  return lines;
}

function headline({ place, history }: PlaceStatus): string {
  const where = `*${quoted(place.service, 60)}* in ${quoted(place.environment, 60)}`;
  const live = liveByRecord(history);
  if (live.kind === 'unknown')
    return `🚨 ${where}: the last rollback failed, what is live is not known`;
  if (live.kind === 'nothing') return `⚪ ${where}: nothing deployed by argo-bot is live yet`;
  const { release: named, at } = live.entry;
  const release = named === undefined ? 'a release' : code(named, 80);
  return `🟢 ${where}: live is ${release} since ${when(at, DAY_TIME)}`;
}
