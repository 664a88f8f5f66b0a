import type { Message } from '../model.ts';
import { el } from './element.ts';
import { act, snapshot } from './state.ts';
import { toast } from './toast.ts';

async function run(body: Record<string, string>): Promise<void> {
  const { error } = await act('shortcut', body);
  if (error !== undefined) toast(`The app did not answer: ${error}`);
}

/** The app's shortcuts on a message, a button each. */
export function messageShortcuts({ channel, ts }: Message, user: string): HTMLElement[] {
  return listed('message', '↻', (id) => run({ user, id, channel, ts }));
}

/** Those from anywhere; Slack has them in its search bar and beside the composer. */
export function globalShortcuts(user: () => string): HTMLElement[] {
  return listed('global', '⚡', (id) => run({ user: user(), id }));
}

function listed(type: string, sign: string, press: (id: string) => Promise<void>): HTMLElement[] {
  return snapshot()
    .shortcuts.filter((one) => one.type === type)
    .map(({ name, callback_id: id }) => {
      const on = { click: () => void press(id) };
      const attributes = { class: 'reply', type: 'button', title: name, 'aria-label': name, on };
      return el('button', attributes, sign);
    });
}
