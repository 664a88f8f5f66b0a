// Decides which approvers a message mentions, and limits how many it mentions.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import type { ViewContext } from './painted-view.ts';
import { counted, person } from './text.ts';

/** Returns the Slack ids of the people and groups that may approve and have not done so yet. */
export function approvers(
  d: Deployment,
  target: Target | undefined,
  authors?: ViewContext['authors'],
): string[] {
  if (!target) return [];
  const { access, approval } = target.place;
  const wrote = authors && authors !== 'unknown' ? authors.people : new Set<string>();
  const voted = new Set(d.gate?.votes.map(({ by }) => by));
  return access.approve.filter(
    (id) =>
      (!approval.four_eyes || id !== d.request.origin.user) && !wrote.has(id) && !voted.has(id),
  );
}

/** Mentions the first `limit` people and counts the others. Returns escaped mrkdwn. */
export function mentions(ids: readonly string[], limit = 8): string {
  const shown = ids.slice(0, limit).map(person).join(' ');
  const left = ids.length - limit;
  return left > 0 ? `${shown} and ${counted(left, 'other')}` : shown;
}

/** Returns `@ada, @ben or @cleo`, for a sentence; with many people, as `mentions`. */
export function anyOf(ids: readonly string[]): string {
  const all = ids.map(person);
  if (all.length > 8) return mentions(ids);
  return [all.slice(0, -1).join(', '), ...all.slice(-1)].filter(Boolean).join(' or ');
}

/** Returns `@ada @ben: <text>`; only the text if there are no ids. */
export function addressed(ids: readonly string[], text: string): string {
  return ids.length > 0 ? `${mentions(ids)}: ${text}` : text;
}
