import type { Message } from '../model.ts';
import { composer } from './composer.ts';
import { dayLine } from './day.ts';
import { el } from './element.ts';
import { keepingFocus } from './keep-focus.ts';
import { renderMessage } from './message.ts';
import { snapshot } from './state.ts';
import type { Look } from './state.ts';

interface Painted {
  key: string;
  node: HTMLElement;
}

export interface Pane {
  readonly node: HTMLElement;
  paint(look: Look, title: Node[], messages: Message[], keyOf: (message: Message) => string): void;
  /** Where one writes. */
  focus(): void;
}

/** Keeps the element of every message that did not change: selections and open selects survive. */
function repaint(list: HTMLElement, painted: Map<string, Painted>, wanted: Map<string, Painted>) {
  for (const [ts, { node }] of painted) if (wanted.get(ts)?.node !== node) node.remove();
  let before: Element | null = list.firstElementChild;
  for (const { node } of wanted.values()) {
    if (node === before) before = before.nextElementSibling;
    else list.insertBefore(node, before);
  }
}

const TOGETHER_SECONDS = 300;

/** Whether a message goes on where the same person has just written, without a face of its own. */
function goesOn(message: Message, before: Message | undefined): boolean {
  if (!before || before.user !== message.user || before.visible_to !== message.visible_to)
    return false;
  const { messages } = snapshot();
  const answered = messages.some(
    ({ thread_ts: thread, ts }) => thread === before.ts && ts !== thread,
  );
  const root = before.thread_ts === undefined || before.thread_ts === before.ts;
  if (root && answered) return false;
  return Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS;
}

function nothingYet(): HTMLElement {
  const command = snapshot().commands[0] ?? '/argo';
  const words = [
    'Nothing here yet. Type ',
    el('code', {}, command),
    ' below, or ',
    el('code', {}, `${command} help`),
    '.',
  ];
  return el('p', { class: 'nothing quiet' }, words);
}

function withDay(message: Message, before: Message | undefined, look: Look, root: boolean) {
  const line = dayLine(message, before);
  const node = renderMessage(message, look.user, root);
  if (!line && goesOn(message, before)) node.classList.add('goes-on');
  return el('div', { class: 'row' }, line, node);
}

/** A list of messages above a composer: the channel, or one of its threads. */
export function makePane(name: 'channel' | 'thread'): Pane {
  const heading = el('header', { class: 'pane-head' });
  const label = name === 'channel' ? 'Messages' : 'Thread';
  const list = el('div', { class: 'messages', role: 'log', 'aria-label': label, tabindex: 0 });
  const writer = composer(name === 'thread');
  const node = el(
    'section',
    { class: `pane ${name}`, 'aria-label': name === 'channel' ? 'Channel' : 'Thread' },
    heading,
    list,
    writer.node,
  );
  let painted = new Map<string, Painted>();
  let [shown, atEnd] = ['', true];
  const stick = () => {
    if (atEnd) list.scrollTop = list.scrollHeight;
  };
  list.addEventListener('scroll', () => {
    atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  });
  // A picture takes its room only once it has arrived, and panes change their height.
  list.addEventListener('load', stick, true);
  new ResizeObserver(stick).observe(list);
  return {
    node,
    focus: () => writer.focus(),
    paint(look, title, messages, keyOf) {
      keepingFocus(heading, () => heading.replaceChildren(...title));
      writer.aim(look);
      const place = `${look.user} ${look.channel} ${name === 'thread' ? look.thread : ''}`;
      if (place !== shown) {
        painted = new Map();
        list.replaceChildren();
      }
      if (messages.length === 0) list.replaceChildren(nothingYet());
      const wanted = new Map<string, Painted>();
      for (const [index, message] of messages.entries()) {
        const before = messages[index - 1];
        const key = `${before?.ts ?? ''} ${keyOf(message)}`;
        const old = painted.get(message.ts);
        const make = () => withDay(message, before, look, name === 'channel');
        wanted.set(message.ts, old?.key === key ? old : { key, node: make() });
      }
      if (messages.length > 0) list.querySelector('.nothing')?.remove();
      keepingFocus(list, () => repaint(list, painted, wanted));
      painted = wanted;
      atEnd ||= place !== shown;
      stick();
      shown = place;
    },
  };
}
