import type { Message } from '../model.ts';
import { el } from './element.ts';

const dayOf = (ts: string): string => new Date(Number(ts) * 1000).toDateString();

function name(ts: string): string {
  const day = dayOf(ts);
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  if (day === new Date().toDateString()) return 'Today';
  if (day === yesterday.toDateString()) return 'Yesterday';
  const style: Intl.DateTimeFormatOptions = { weekday: 'long', month: 'long', day: 'numeric' };
  return new Intl.DateTimeFormat([], style).format(Number(ts) * 1000);
}

/** The line between two days, before the first message of one. */
export function dayLine(message: Message, before: Message | undefined): HTMLElement | false {
  if (before && dayOf(before.ts) === dayOf(message.ts)) return false;
  return el('div', { class: 'day' }, el('span', {}, name(message.ts)));
}
