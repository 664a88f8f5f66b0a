import type { Message } from '../model.ts';
import { snapshot } from './state.ts';
import type { Look } from './state.ts';

/** How far each person has read each channel in this browser: the ts of the newest message seen. */
const read = new Map<string, string>();

const placeOf = (user: string, channel: string): string => `${user} ${channel}`;

function heard(message: Message, user: string): boolean {
  const hidden = message.visible_to !== undefined && message.visible_to !== user;
  return !hidden && message.user !== user;
}

function names(message: Message, user: string): boolean {
  if (message.visible_to === user) return true;
  const groups = snapshot().userGroups.filter(({ users }) => users.includes(user));
  const wanted = [user, ...groups.map(({ id }) => id)];
  const said = JSON.stringify([message.text, message.blocks]);
  return wanted.some(
    (id) => said.includes(`@${id}>`) || said.includes(`^${id}`) || quoted(said, id),
  );
}

/** In rich text a mention is an element with the id alone. */
function quoted(said: string, id: string): boolean {
  return said.includes(`_id":"${id}"`);
}

/** Whoever looks at a channel has read it. What stood there before the page came is nobody's news. */
export function readUpTo(look: Look): void {
  const { messages, users, channels } = snapshot();
  const latest = messages.at(-1)?.ts ?? '0';
  for (const { id: user } of users)
    for (const { id: channel } of channels) {
      const place = placeOf(user, channel);
      const looks = user === look.user && channel === look.channel && look.home !== true;
      if (looks || !read.has(place)) read.set(place, latest);
    }
}

export interface Unread {
  messages: number;
  /** Of those, how many name this person or a group of theirs. */
  mentions: number;
}

export function unreadOf(user: string, channel?: string): Unread {
  const fresh = snapshot().messages.filter(
    (message) =>
      (channel === undefined || message.channel === channel) &&
      message.ts > (read.get(placeOf(user, message.channel)) ?? '9') &&
      heard(message, user),
  );
  return {
    messages: fresh.length,
    mentions: fresh.filter((message) => names(message, user)).length,
  };
}
