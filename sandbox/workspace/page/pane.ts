import type { Message } from '../model.ts';
import { composer } from './composer.ts';
import { el } from './element.ts';
import { renderMessage } from './message.ts';
import type { Look } from './state.ts';

interface Painted {
  key: string;
  node: HTMLElement;
}

export interface Pane {
  readonly node: HTMLElement;
  paint(look: Look, title: Node[], messages: Message[], keyOf: (message: Message) => string): void;
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

/** A list of messages above a composer: the channel, or one of its threads. */
export function makePane(name: 'channel' | 'thread'): Pane {
  const heading = el('header', { class: 'pane-head' });
  const list = el('div', { class: 'messages', role: 'log', 'aria-label': name });
  const writer = composer(name === 'thread');
  const node = el('section', { class: `pane ${name}` }, heading, list, writer.node);
  let painted = new Map<string, Painted>();
  let [shown, atEnd] = ['', true];
  const stick = () => {
    if (atEnd) list.scrollTop = list.scrollHeight;
  };
  list.addEventListener('scroll', () => {
    atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  });
  // A picture takes its room only once it has arrived.
  list.addEventListener('load', stick, true);
  return {
    node,
    paint(look, title, messages, keyOf) {
      heading.replaceChildren(...title);
      writer.aim(look);
      const place = `${look.user} ${look.channel} ${name === 'thread' ? look.thread : ''}`;
      if (place !== shown) {
        painted = new Map();
        list.replaceChildren();
      }
      const wanted = new Map<string, Painted>();
      for (const message of messages) {
        const key = keyOf(message);
        const old = painted.get(message.ts);
        const make = () => renderMessage(message, look.user, name === 'channel');
        wanted.set(message.ts, old?.key === key ? old : { key, node: make() });
      }
      repaint(list, painted, wanted);
      painted = wanted;
      atEnd ||= place !== shown;
      stick();
      shown = place;
    },
  };
}
