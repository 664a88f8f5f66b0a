import { snapshot } from './state.ts';
import type { Look } from './state.ts';

export function readLook(): Look {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const { users, channels, identity } = snapshot();
  const people = users.filter(({ id }) => id !== identity.botUserId);
  const user = people.find(({ id }) => id === wanted.get('user')) ?? people[0];
  const mine = channels.filter(({ members }) => members.includes(user?.id ?? ''));
  const path = /^\/archives\/(\w+)/.exec(location.pathname)?.[1];
  const channel =
    mine.find(({ id }) => id === (wanted.get('channel') ?? path)) ??
    mine.find(({ im }) => im === undefined);
  return {
    user: user?.id ?? '',
    channel: channel?.id ?? '',
    thread: wanted.get('thread') ?? undefined,
    home: wanted.has('home'),
  };
}

/** Changing the address repaints: `hashchange` is what main.ts listens to. */
export function go(change: Partial<Look>): void {
  const { user, channel, thread, home } = { ...readLook(), ...change };
  const next = new URLSearchParams({ user, channel });
  if (thread !== undefined) next.set('thread', thread);
  if (home) next.set('home', '1');
  location.hash = next.toString();
}
