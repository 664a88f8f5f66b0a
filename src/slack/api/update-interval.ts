import type { PaintedMessage } from '../../deploy/ports/painted-messages.ts';
import type { PaintedView } from '../views/parts/painted-view.ts';

/**
 * Slack takes fifty chat.update calls a minute of a workspace (its tier 3), and answers the next one
 * 429. Two are left for clocks that differ. Ten deployments could use them up with progress alone, and
 * the one line that people wait for would come half a minute late. So progress gets slower the more
 * deployments there are, and leaves calls for the news.
 */
export const UPDATES_PER_MINUTE = 48;

/** What one deployment may tell at once: two messages at the gate, and the card once it is decided. */
const NEWS_OF_ONE = 3;
const MOST_RESERVED = 30;

/** How often progress is painted, in milliseconds; of the checklist, and of all other messages. */
const CHECKLIST_MS = 5_000;
const OTHERS_MS = 20_000;
/** What one deployment then paints in a minute: its checklist, and the line in the channel. */
const PROGRESS_OF_ONE = 15;

/** Right after another paint, so that a phone does not flicker. Slack advises a few seconds, and news is rare. */
const NEWS_MS = 1_000;

/** Of the updates in a minute, how many progress must leave alone. */
export function reservedForNews(active: number): number {
  return Math.min(MOST_RESERVED, active * NEWS_OF_ONE);
}

export function isNews({ news }: PaintedView, saved: Pick<PaintedMessage, 'news'>): boolean {
  return news !== undefined && news !== saved.news;
}

/** Milliseconds from one paint of a message to the next, where so many deployments are going on. */
export function updateIntervalMs(
  view: PaintedView,
  saved: Pick<PaintedMessage, 'news'>,
  active: number,
): number {
  if (isNews(view, saved)) return NEWS_MS;
  const crowd = (active * PROGRESS_OF_ONE) / (UPDATES_PER_MINUTE - reservedForNews(active));
  return Math.round((view.key === 'checklist' ? CHECKLIST_MS : OTHERS_MS) * Math.max(1, crowd));
}
