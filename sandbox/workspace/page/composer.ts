import { el } from './element.ts';
import { globalShortcuts } from './shortcuts.ts';
import { act, snapshot } from './state.ts';
import type { Look } from './state.ts';
import { toast } from './toast.ts';

export interface Composer {
  readonly node: HTMLElement;
  aim(look: Look): void;
  focus(): void;
}

/** People type @name and #channel; on the wire these are ids. */
function encode(text: string): string {
  const { users, channels } = snapshot();
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replaceAll(/([@#])([\w.-]+)/g, (whole, sign: string, name: string) => {
    const list = sign === '@' ? users : channels;
    const found = list.find((one) => one.name === name);
    return found ? `<${sign}${found.id}>` : whole;
  });
}

async function send(
  text: string,
  { user, channel, thread }: Look,
  inThread: boolean,
): Promise<void> {
  const command = /^\/\S+/.exec(text)?.[0];
  if (command === undefined) {
    const place = inThread ? { thread_ts: thread } : {};
    const { error } = await act('message', { user, channel, text: encode(text), ...place });
    if (error !== undefined) toast(error);
  } else if (inThread) {
    toast(`${command} is not supported in threads. Sorry!`);
  } else {
    const rest = text.slice(command.length).trim();
    await act('command', { user, channel, command, text: rest });
  }
}

/** What may follow a command, while it is typed. */
function usage(text: string): string {
  const { commands, usageHints } = snapshot();
  const command =
    text.startsWith('/') && commands.find((one) => one.startsWith(text.split(' ')[0] ?? ''));
  return command ? `${command} ${usageHints[command] ?? ''}` : '';
}

export function composer(inThread: boolean): Composer {
  let look: Look | undefined;
  const input = el('textarea', { rows: 1, 'aria-label': 'Message' });
  const submit = () => {
    const text = input.value.trim();
    if (text === '' || !look) return;
    input.value = '';
    hint.replaceChildren();
    fit();
    void send(text, look, inThread);
  };
  const fit = () => {
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
  };
  input.addEventListener('input', fit);
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  const hint = el('div', { class: 'usage', role: 'status' });
  input.addEventListener('input', () => hint.replaceChildren(inThread ? '' : usage(input.value)));
  const button = el('button', { class: 'send', type: 'submit', 'aria-label': 'Send' }, '➤');
  const quick = el('span', { class: 'quick' });
  const form = el('form', { class: 'composer' }, hint, quick, input, button);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  return {
    node: form,
    aim(next) {
      look = next;
      if (!inThread && quick.childElementCount === 0)
        quick.append(...globalShortcuts(() => look?.user ?? ''));
      const command = snapshot().commands[0] ?? '/argo';
      input.placeholder = inThread ? 'Reply…' : `Message, or ${command} …`;
    },
    focus: () => input.focus(),
  };
}
