import type { Message, View } from '../model.ts';
import { el } from './element.ts';
import { home } from './home.ts';
import { keepingFocus } from './keep-focus.ts';
import { listenToKeys } from './keyboard.ts';
import { go, readLook } from './look.ts';
import { paintModal } from './modal.ts';
import { makePane } from './pane.ts';
import { paintPanel, panel } from './panel.ts';
import { sidebar } from './sidebar.ts';
import { follow, snapshot, userName } from './state.ts';
import type { Look } from './state.ts';
import { readUpTo, unreadOf } from './unread.ts';

const side = el('aside', { class: 'sidebar', 'aria-label': 'Workspace' });
const channelPane = makePane('channel');
const threadPane = makePane('thread');
const homePane = el('section', { class: 'pane channel', 'aria-label': 'Home' });
const frame = el('main', { class: 'frame' });

function menuButton(look: Look): HTMLElement {
  const open = { click: () => frame.classList.toggle('menu') };
  const others = snapshot().users.filter(({ id }) => id !== look.user);
  const news = others.some(({ id }) => unreadOf(id).mentions > 0);
  return el(
    'button',
    { class: 'menu-button', type: 'button', 'aria-label': 'Channels and people', on: open },
    '☰',
    news && el('span', { class: 'dot' }),
  );
}

function visible(look: Look): Message[] {
  return snapshot().messages.filter(
    (message) =>
      message.channel === look.channel &&
      (message.visible_to === undefined || message.visible_to === look.user),
  );
}

/** A root's look depends on its replies too; a user's name never changes here. */
function keyOf(all: Message[]): (message: Message) => string {
  return (message) => {
    const replies = all.filter((one) => one.thread_ts === message.ts);
    return JSON.stringify([message, replies.length, replies.at(-1)?.ts]);
  };
}

function paintChannel(look: Look): void {
  const channel = snapshot().channels.find(({ id }) => id === look.channel);
  const all = visible(look);
  const roots = all.filter(
    ({ thread_ts: thread, ts, subtype }) =>
      thread === undefined || thread === ts || subtype !== undefined,
  );
  const people = channel ? channel.members.length : 0;
  const title = [
    menuButton(look),
    el('h1', {}, `# ${channel?.name ?? ''}`),
    el('span', { class: 'quiet members' }, `${people} members`),
    el('span', { class: 'grow' }),
    el('span', { class: 'quiet as' }, `as ${userName(look.user)}`),
  ];
  channelPane.paint(look, title, roots, keyOf(all));
}

function paintThread(look: Look): void {
  const messages = visible(look).filter(
    ({ ts, thread_ts: thread }) => ts === look.thread || thread === look.thread,
  );
  const close = { click: () => go({ thread: undefined }) };
  const title = [
    menuButton(look),
    el('h2', {}, 'Thread'),
    el('span', { class: 'grow' }),
    el('button', { class: 'close', type: 'button', 'aria-label': 'Close thread', on: close }, '✕'),
  ];
  threadPane.paint(look, title, messages, (message) => JSON.stringify(message));
}

let sideKey = '';

/** The sidebar is rebuilt only when it would look different: open selects stay open. */
function paintSide(look: Look): void {
  const { channels, connections, troubles, calls, messages } = snapshot();
  const refused = calls.filter(({ ok }) => !ok).length;
  const news = [messages.length, refused, troubles.map(({ on }) => on)];
  const key = JSON.stringify([look, channels, connections, news]);
  if (key === sideKey) return;
  sideKey = key;
  keepingFocus(side, () => side.replaceChildren(sidebar(look)));
}

let homeKey = '';

function paintHome(look: Look, view: View | undefined): void {
  const key = `${look.user} ${view?.hash ?? ''}`;
  if (key === homeKey) return;
  homeKey = key;
  const { botName } = snapshot().identity;
  const head = [menuButton(look), el('h1', {}, botName), el('span', { class: 'tab' }, 'Home')];
  const content = [el('header', { class: 'pane-head' }, head), home(look.user, view)];
  keepingFocus(homePane, () => homePane.replaceChildren(...content));
}

function arrange(look: Look): void {
  const thread = look.thread !== undefined && look.home !== true;
  const main = look.home === true ? homePane : channelPane.node;
  const panes = [side, main];
  if (thread) panes.push(threadPane.node);
  if (look.panel !== undefined) panes.push(panel);
  const same = panes.every((pane, index) => frame.children[index] === pane);
  if (!same || frame.childElementCount !== panes.length) frame.replaceChildren(...panes);
  frame.classList.toggle('with-thread', thread);
  frame.classList.toggle('with-panel', look.panel !== undefined);
}

let threadBefore: string | undefined;

function paint(): void {
  const look = readLook();
  const { modals, homes } = snapshot();
  readUpTo(look);
  paintSide(look);
  if (look.home === true) paintHome(look, homes[look.user]);
  else paintChannel(look);
  arrange(look);
  if (look.thread !== undefined) paintThread(look);
  paintPanel(look);
  paintModal(look.user, modals[look.user]?.at(-1));
  const wide = !matchMedia('(width <= 760px)').matches;
  if (look.thread !== undefined && look.thread !== threadBefore && wide) threadPane.focus();
  threadBefore = look.thread;
}

document.querySelector('#app')?.replaceChildren(frame);
side.addEventListener('click', (event) => {
  if (event.target instanceof HTMLElement && event.target.closest('.entry, .person'))
    frame.classList.remove('menu');
});
addEventListener('hashchange', paint);
listenToKeys();
await follow(paint);
