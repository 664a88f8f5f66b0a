import { el } from './element.ts';

/** A passing word about something that did not work. */
export function toast(text: string): void {
  const node = el('div', { class: 'toast', role: 'alert' }, text);
  document.body.append(node);
  setTimeout(() => node.remove(), 5000);
}
