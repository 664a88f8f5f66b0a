import type { Message, View } from '../model.ts';
import { el } from './element.ts';
import { home } from './home.ts';
import { go, readLook } from './look.ts';
import { paintModal } from './modal.ts';
import { makePane } from './pane.ts';
import { sidebar } from './sidebar.ts';
import { follow, snapshot } from './state.ts';
import type { Look } from './state.ts';

const side = el('aside', { class: 'sidebar' });
const channelPane = makePane('channel');
const threadPane = makePane('thread');
const homePane = el('section', { class: 'pane channel' });
const frame = el('div', { class: 'frame' });

function menuButton(): HTMLElement {
  const open = { click: () => frame.classList.toggle('menu') };
  return el('button', { class: 'menu-button', 'aria-label': 'Channels', on: open }, '☰');
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
    menuButton(),
    el('h1', {}, `# ${channel?.name ?? ''}`),
    el('span', { class: 'quiet' }, `${people} members`),
  ];
  channelPane.paint(look, title, roots, keyOf(all));
}

function paintThread(look: Look): void {
  const messages = visible(look).filter(
    ({ ts, thread_ts: thread }) => ts === look.thread || thread === look.thread,
  );
  const close = { click: () => go({ thread: undefined }) };
  const title = [
    el('h1', {}, 'Thread'),
    el('span', { class: 'grow' }),
    el('button', { class: 'close', 'aria-label': 'Close thread', on: close }, '✕'),
  ];
  threadPane.paint(look, title, messages, (message) => JSON.stringify(message));
}

let sideKey = '';

/** The sidebar is rebuilt only when it would look different: open selects stay open. */
function paintSide(look: Look): void {
  const { channels, connections, faults } = snapshot();
  const key = JSON.stringify([look, channels, connections, faults]);
  if (key === sideKey) return;
  sideKey = key;
  side.replaceChildren(...sidebar(look));
}

let homeKey = '';

function paintHome({ user }: Look, view: View | undefined): void {
  const key = `${user} ${view?.hash ?? ''}`;
  if (key === homeKey) return;
  homeKey = key;
  const head = el('header', { class: 'pane-head' }, menuButton(), el('h1', {}, 'Home'));
  homePane.replaceChildren(head, home(user, snapshot().identity.botName, view));
}

function paint(): void {
  const look = readLook();
  const { modals, homes } = snapshot();
  paintSide(look);
  if (look.home === true) {
    paintHome(look, homes[look.user]);
  } else paintChannel(look);
  const main = look.home === true ? homePane : channelPane.node;
  const thread = look.thread !== undefined && look.home !== true;
  const panes = thread ? [side, main, threadPane.node] : [side, main];
  if (
    panes.some((pane, index) => frame.children[index] !== pane) ||
    frame.childElementCount !== panes.length
  )
    frame.replaceChildren(...panes);
  frame.classList.toggle('with-thread', thread);
  if (thread) paintThread(look);
  paintModal(look.user, modals[look.user]?.at(-1));
}

document.querySelector('#app')?.replaceChildren(frame);
side.addEventListener('click', (event) => {
  if (event.target instanceof HTMLElement && event.target.matches('.entry'))
    frame.classList.remove('menu');
});
addEventListener('hashchange', paint);
await follow(paint);
