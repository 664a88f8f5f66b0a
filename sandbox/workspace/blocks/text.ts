import { all, boolean, byType, choice, object, string } from './schema.ts';
import type { Check } from './schema.ts';

export const id = string(255, 1);

export function plain(max: number): Check {
  return byType({ plain_text: object({ text: string(max, 1) }, { emoji: boolean }) });
}

export function mrkdwn(max: number): Check {
  return byType({ mrkdwn: object({ text: string(max, 1) }, { verbatim: boolean }) });
}

export function anyText(max: number): Check {
  return byType({
    plain_text: object({ text: string(max, 1) }, { emoji: boolean }),
    mrkdwn: object({ text: string(max, 1) }, { verbatim: boolean }),
  });
}

export const confirm = object(
  { title: plain(100), text: anyText(300), confirm: plain(30), deny: plain(30) },
  { style: choice('primary', 'danger') },
);

/** Options are compared whole, as Slack does: an initial option must be one of the list. */
export function sameOption(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([key]) => key !== 'emoji' && key !== 'verbatim')
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([key, entry]) => [key, sorted(entry)]);
}

export function option(text: Check): Check {
  return all(
    object({ text, value: string(75, 1) }, { description: plain(75), url: string(3000, 1) }),
  );
}
