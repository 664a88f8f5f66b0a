// Decides how often a message is updated: urgent updates (news) at once, progress as Slack's rate limit allows.
import type { PaintedMessage } from '../../deploy/ports/slack-ports.ts';
import type { PaintedView } from '../views/parts/painted-view.ts';

/** Slack allows 50 chat.update calls per minute and workspace (tier 3). Two are spare, because clocks differ. */
export const UPDATES_PER_MINUTE = 48;

/** Urgent updates of one deployment per minute: two when approval is needed, one when it is decided. */
const NEWS_PER_DEPLOYMENT = 3;
const MOST_RESERVED = 30;

/** Interval between updates with progress while few deployments run. */
const CHECKLIST_MS = 5_000;
const OTHERS_MS = 20_000;
/** Progress updates of one deployment per minute: 12 of the checklist, 3 of the summary in the channel. */
const PROGRESS_PER_DEPLOYMENT = 15;

/** Minimum time between two updates of one message, so that it does not flicker on a phone. */
const NEWS_MS = 1_000;

/** Returns how many updates per minute are reserved for urgent ones (news), such as a needed approval. */
export function reservedForNews(active: number): number {
  return Math.min(MOST_RESERVED, active * NEWS_PER_DEPLOYMENT);
}

export function isNews({ news }: PaintedView, saved: Pick<PaintedMessage, 'news'>): boolean {
  return news !== undefined && news !== saved.news;
}

/** The more deployments are active, the less often progress is updated. */
export function updateIntervalMs(
  view: PaintedView,
  saved: Pick<PaintedMessage, 'news'>,
  active: number,
): number {
  if (isNews(view, saved)) return NEWS_MS;
  const crowd = (active * PROGRESS_PER_DEPLOYMENT) / (UPDATES_PER_MINUTE - reservedForNews(active));
  return Math.round((view.key === 'checklist' ? CHECKLIST_MS : OTHERS_MS) * Math.max(1, crowd));
}
