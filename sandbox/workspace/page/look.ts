import { snapshot } from './state.ts';
import type { Look, PanelName } from './state.ts';

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
    panel: panelOf(wanted.get('panel')),
  };
}

function panelOf(name: string | null): PanelName | undefined {
  return name === 'calls' || name === 'troubles' ? name : undefined;
}

/** Changing the address repaints: `hashchange` is what main.ts listens to. */
export function go(change: Partial<Look>): void {
  const { user, channel, thread, home, panel } = { ...readLook(), ...change };
  const next = new URLSearchParams({ user, channel });
  if (thread !== undefined) next.set('thread', thread);
  if (home) next.set('home', '1');
  if (panel !== undefined) next.set('panel', panel);
  location.hash = next.toString();
}
