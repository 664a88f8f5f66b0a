import { avatar } from './avatar.ts';
import { el } from './element.ts';
import type { Child } from './element.ts';
import { KEEP } from './keep-focus.ts';
import { go } from './look.ts';
import { act, snapshot } from './state.ts';
import type { Look, PanelName } from './state.ts';
import { unreadOf } from './unread.ts';

interface Entry {
  sign: string;
  name: string;
  current: boolean;
  open: () => void;
  fresh?: boolean;
  badge?: string | undefined;
}

function entry({ sign, name, current, open, fresh = false, badge }: Entry): HTMLElement {
  return el(
    'button',
    {
      class: ['entry', current && 'current', fresh && 'fresh'].filter(Boolean).join(' '),
      'aria-current': current && 'page',
      type: 'button',
      [KEEP]: name,
      on: { click: open },
    },
    el('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    el('span', { class: 'grow' }, name),
    badge !== undefined && el('span', { class: 'count' }, badge),
  );
}

function person(look: Look, id: string, name: string): HTMLElement {
  const mine = id === look.user;
  const { mentions } = mine ? { mentions: 0 } : unreadOf(id);
  const input = el('input', {
    type: 'radio',
    name: 'person',
    value: id,
    checked: mine,
    [KEEP]: `person ${id}`,
  });
  input.addEventListener('change', () => go({ user: id }));
  return el(
    'label',
    { class: mine ? 'person current' : 'person' },
    input,
    avatar(id),
    el('span', { class: 'grow' }, name),
    mentions > 0 &&
      el('span', { class: 'count', title: `${mentions} new for ${name}` }, String(mentions)),
  );
}

function people(look: Look): HTMLElement {
  const { users, identity } = snapshot();
  return el(
    'fieldset',
    { class: 'people' },
    el('legend', {}, 'You are'),
    users
      .filter(({ id }) => id !== identity.botUserId)
      .map(({ id, name, real_name: real }) => person(look, id, real ?? name)),
  );
}

function channelList(look: Look): HTMLElement[] {
  return snapshot()
    .channels.filter(({ members, im }) => im === undefined && members.includes(look.user))
    .map((channel) => {
      const { messages, mentions } = unreadOf(look.user, channel.id);
      return entry({
        sign: channel.private ? '⌂' : '#',
        name: channel.name,
        current: channel.id === look.channel && look.home !== true,
        fresh: messages > 0,
        badge: mentions > 0 ? String(mentions) : undefined,
        open: () => go({ channel: channel.id, thread: undefined, home: false }),
      });
    });
}

export function openHome(look: Look): void {
  go({ home: true, thread: undefined });
  void act('home', { user: look.user });
}

function backstage(look: Look): Child[] {
  const { calls, troubles } = snapshot();
  const toggle = (panel: PanelName) => () =>
    go({ panel: look.panel === panel ? undefined : panel });
  const refused = calls.filter(({ ok }) => !ok).length;
  const broken = troubles.filter(({ on }) => on).length;
  return [
    el('h2', {}, 'Behind the scenes'),
    el(
      'nav',
      { 'aria-label': 'Behind the scenes' },
      entry({
        sign: '⇄',
        name: 'What the bot sends',
        current: look.panel === 'calls',
        badge: refused > 0 ? String(refused) : undefined,
        open: toggle('calls'),
      }),
      troubles.length > 0 &&
        entry({
          sign: '⚡',
          name: 'Break something',
          current: look.panel === 'troubles',
          badge: broken > 0 ? String(broken) : undefined,
          open: toggle('troubles'),
        }),
    ),
  ];
}

export function sidebar(look: Look): HTMLElement {
  const { connections, identity } = snapshot();
  const up = connections > 0;
  return el(
    'div',
    { class: 'side' },
    el('div', { class: 'brand' }, 'Sandbox workspace'),
    el('h2', {}, 'Channels'),
    el('nav', { 'aria-label': 'Channels' }, channelList(look)),
    el('h2', {}, 'Apps'),
    el(
      'nav',
      { 'aria-label': 'Apps' },
      entry({
        sign: '⛵',
        name: identity.botName,
        current: look.home === true,
        open: () => openHome(look),
      }),
    ),
    backstage(look),
    el('div', { class: 'grow' }),
    people(look),
    el(
      'div',
      { class: up ? 'link up' : 'link' },
      up ? `App connected (${connections})` : 'No socket from the app',
    ),
  );
}
