// Decides how often a message is updated, so that progress never uses up Slack's limit on updates.
import type { PaintedMessage } from '../../deploy/ports/slack-ports.ts';
import type { PaintedView } from '../views/parts/painted-view.ts';

/** Slack allows 50 chat.update calls per minute and workspace (tier 3); two are left for clocks that differ. */
export const UPDATES_PER_MINUTE = 48;

/** Updates that one deployment may need at once: two when approval is needed, one when it is decided. */
const NEWS_OF_ONE = 3;
const MOST_RESERVED = 30;

/** How often progress is painted while few deployments run. */
const CHECKLIST_MS = 5_000;
const OTHERS_MS = 20_000;
/** Progress updates of one deployment per minute: 12 of the checklist, 3 of the summary in the channel. */
const PROGRESS_OF_ONE = 15;

/** Keeps two paints of one message apart, so that a phone does not flicker. */
const NEWS_MS = 1_000;

/** How many updates per minute progress must leave for news. */
export function reservedForNews(active: number): number {
  return Math.min(MOST_RESERVED, active * NEWS_OF_ONE);
}

export function isNews({ news }: PaintedView, saved: Pick<PaintedMessage, 'news'>): boolean {
  return news !== undefined && news !== saved.news;
}

/** Progress is painted less often the more deployments are active. */
export function updateIntervalMs(
  view: PaintedView,
  saved: Pick<PaintedMessage, 'news'>,
  active: number,
): number {
  if (isNews(view, saved)) return NEWS_MS;
  const crowd = (active * PROGRESS_OF_ONE) / (UPDATES_PER_MINUTE - reservedForNews(active));
  return Math.round((view.key === 'checklist' ? CHECKLIST_MS : OTHERS_MS) * Math.max(1, crowd));
}
