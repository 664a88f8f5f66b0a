import type { Message } from '../model.ts';
import { avatar } from './avatar.ts';
import { renderBlock } from './blocks.ts';
import { el } from './element.ts';
import { emoji } from './emoji.ts';
import { attachment } from './files.ts';
import { go } from './look.ts';
import { mrkdwn } from './mrkdwn.ts';
import { messageShortcuts } from './shortcuts.ts';
import { act, snapshot, userName } from './state.ts';
import { toast } from './toast.ts';

function clock(ts: string): HTMLElement {
  const at = new Date(Number(ts) * 1000);
  const shown = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return el(
    'time',
    { class: 'quiet', title: at.toLocaleString(), datetime: at.toISOString() },
    shown,
  );
}

function body(message: Message, user: string): HTMLElement[] {
  if (!message.blocks) return message.text === '' ? [] : [mrkdwn(message.text)];
  const { channel, ts } = message;
  const press = async (action: string, value: string | string[] | null) => {
    const outcome = await act('click', { user, channel, ts, action, value });
    if (outcome.error !== undefined) toast(`The app did not answer: ${outcome.error}`);
  };
  return message.blocks.map((block) => renderBlock(block, { owner: `${channel} ${ts}`, press }));
}

function threadLink(message: Message): HTMLElement | false {
  const replies = snapshot().messages.filter(
    (one) =>
      one.channel === message.channel &&
      one.thread_ts === message.ts &&
      one !== message &&
      one.visible_to === undefined,
  );
  const last = replies.at(-1);
  if (!last) return false;
  const label = `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}`;
  const open = { click: () => go({ thread: message.ts, home: false }) };
  return el('button', { class: 'replies', on: open }, label, ' ', clock(last.ts));
}

/** One message as `user` sees it; `root` says whether its thread can be opened from here. */
export function renderMessage(message: Message, user: string, root: boolean): HTMLElement {
  const hidden = message.visible_to !== undefined;
  const bot = message.user === snapshot().identity.botUserId;
  const open = { click: () => go({ thread: message.ts, home: false }) };
  return el(
    'article',
    { class: hidden ? 'message only-you' : 'message', 'data-ts': message.ts },
    avatar(message.user),
    el(
      'div',
      { class: 'grow' },
      hidden && el('div', { class: 'only' }, 'Only visible to you'),
      el(
        'header',
        {},
        el('strong', {}, userName(message.user)),
        bot && el('span', { class: 'badge' }, 'APP'),
        clock(message.ts),
        root &&
          !hidden &&
          el('button', { class: 'reply', title: 'Reply in thread', on: open }, 'Reply'),
        ...(hidden ? [] : messageShortcuts(message, user)),
      ),
      el('div', { class: 'body' }, ...body(message, user)),
      message.edited && el('span', { class: 'quiet edited' }, '(edited)'),
      ...(message.files ?? []).map(attachment),
      el(
        'div',
        { class: 'reactions' },
        (message.reactions ?? []).map(({ name, count }) =>
          el('span', { class: 'reaction', title: `:${name}:` }, `${emoji(name)} ${count}`),
        ),
      ),
      root && threadLink(message),
    ),
  );
}
