import { el } from './element.ts';
import { go } from './look.ts';
import { act, snapshot } from './state.ts';
import type { Look } from './state.ts';

function userPicker(look: Look): HTMLElement {
  const { users, identity } = snapshot();
  const select = el(
    'select',
    { class: 'select', id: 'user' },
    ...users
      .filter(({ id }) => id !== identity.botUserId)
      .map(({ id, name, real_name: real }) =>
        el('option', { value: id, selected: id === look.user }, real ?? name),
      ),
  );
  select.addEventListener('change', () => go({ user: select.value, thread: undefined }));
  return el('label', { class: 'who' }, el('span', {}, 'You are'), select);
}

function entry(label: string, current: boolean, open: () => void): HTMLElement {
  return el(
    'button',
    {
      class: current ? 'entry current' : 'entry',
      'aria-current': current && 'page',
      on: { click: open },
    },
    label,
  );
}

const SWITCHES = [
  ['apiDown', 'Slack API down'],
  ['socketsDown', 'Sockets refused'],
  ['deliverTwice', 'Deliver everything twice'],
] as const;

function toggle(label: string, checked: boolean, change: (on: boolean) => void): HTMLElement {
  const box = el('input', { type: 'checkbox', checked });
  box.addEventListener('change', () => change(box.checked));
  return el('label', {}, box, label);
}

let faultsOpen = false;

function faults(look: Look): HTMLElement {
  const { faults: now } = snapshot();
  const set = (body: Record<string, unknown>) => void act('faults', { user: look.user, ...body });
  const details = el(
    'details',
    { class: 'faults', open: faultsOpen },
    el('summary', {}, 'Make trouble'),
    ...SWITCHES.map(([name, label]) =>
      toggle(label, now[name] === true, (on) => set({ [name]: on })),
    ),
    toggle('Answer 429, retry after 5 s', now.retryAfter !== undefined, (on) =>
      set({ retryAfter: on ? 5 : 0 }),
    ),
    el(
      'button',
      { class: 'button', on: { click: () => set({ dropSockets: true }) } },
      'Drop sockets',
    ),
  );
  details.addEventListener('toggle', () => (faultsOpen = details.open));
  return details;
}

export function sidebar(look: Look): HTMLElement[] {
  const { channels, connections, identity } = snapshot();
  const mine = channels.filter(({ members }) => members.includes(look.user));
  const openHome = () => {
    go({ home: true, thread: undefined });
    void act('home', { user: look.user });
  };
  return [
    el('div', { class: 'brand' }, 'Sandbox workspace'),
    userPicker(look),
    el('h2', {}, 'Channels'),
    el(
      'nav',
      {},
      mine.map((channel) => {
        const sign = channel.im === undefined ? (channel.private ? '⌂ ' : '# ') : '@ ';
        const name = channel.im === undefined ? channel.name : identity.botName;
        const current = channel.id === look.channel && look.home !== true;
        return entry(sign + name, current, () =>
          go({ channel: channel.id, thread: undefined, home: false }),
        );
      }),
    ),
    el('h2', {}, 'Apps'),
    el('nav', {}, entry(identity.botName, look.home === true, openHome)),
    el('div', { class: 'grow' }),
    el(
      'div',
      { class: connections > 0 ? 'link up' : 'link' },
      connections > 0 ? `App connected (${connections})` : 'No socket from the app',
    ),
    faults(look),
  ];
}
