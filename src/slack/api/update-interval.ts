// Decides how often a message is updated: urgent updates (news) at once, progress as Slack's rate limit allows.
import type { PaintedMessage } from '../../deploy/ports/slack-ports.ts';
import type { PaintedView } from '../views/parts/painted-view.ts';

/** Slack allows 50 chat.update calls per minute and workspace (tier 3). Two are spare: its clock may differ. */
export const UPDATES_PER_MINUTE = 48;

/** Urgent updates of one deployment: two when approval is needed, two when it is decided. */
const NEWS_PER_DEPLOYMENT = 4;
/** Updates that show the end of one deployment: of its summary and its checklist. */
const ENDS_PER_DEPLOYMENT = 2;
const MOST_RESERVED = 40;
const MOST_FOR_ENDS = 24;

/** While few deployments run, progress is updated this often: in the checklist, and in other messages. */
const CHECKLIST_MS = 5_000;
const OTHERS_MS = 20_000;
/** Progress updates of one deployment per minute: 12 of the checklist, 3 of the summary in the channel. */
const PROGRESS_PER_DEPLOYMENT = 15;

/** Minimum time between two updates of one message, so that it does not flicker on a phone. */
const NEWS_MS = 1_000;

export type UpdateKind = 'end' | 'news' | 'progress';

/** Returns how many updates per minute this kind must leave free: news leaves some for ends, progress for both. */
export function reservedUpdates(kind: UpdateKind, active: number): number {
  if (kind === 'end') return 0;
  const ends = Math.min(MOST_FOR_ENDS, (active - 1) * ENDS_PER_DEPLOYMENT);
  return kind === 'news' ? ends : Math.min(MOST_RESERVED, ends + active * NEWS_PER_DEPLOYMENT);
}

export function isNews({ news }: PaintedView, saved: Pick<PaintedMessage, 'news'>): boolean {
  return news !== undefined && news !== saved.news;
}

/** Returns the minimum time between two updates of a message. For progress, it grows with the active deployments. */
export function updateIntervalMs(view: PaintedView, kind: UpdateKind, active: number): number {
  if (kind !== 'progress') return NEWS_MS;
  const crowd =
    (active * PROGRESS_PER_DEPLOYMENT) / (UPDATES_PER_MINUTE - reservedUpdates('progress', active));
  return Math.round((view.key === 'checklist' ? CHECKLIST_MS : OTHERS_MS) * Math.max(1, crowd));
}
