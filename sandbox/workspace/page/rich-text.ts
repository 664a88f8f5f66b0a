import { isRecord, records, stringOf } from '../model.ts';
import type { Json } from '../model.ts';
import { el, safeLink } from './element.ts';
import type { Child } from './element.ts';
import { emoji } from './emoji.ts';
import { channelName, formatDate, groupName, mention } from './mrkdwn.ts';
import { userName } from './state.ts';

function piece(item: Json): Child {
  switch (stringOf(item.type)) {
    case 'text':
      return stringOf(item.text);
    case 'link':
      return safeLink(stringOf(item.url), stringOf(item.text) || stringOf(item.url));
    case 'emoji':
      return emoji(stringOf(item.name));
    case 'user':
      return mention(`@${userName(stringOf(item.user_id))}`);
    case 'channel':
      return mention(`#${channelName(stringOf(item.channel_id))}`);
    case 'usergroup':
      return mention(`@${groupName(stringOf(item.usergroup_id))}`);
    case 'broadcast':
      return mention(`@${stringOf(item.range)}`);
    case 'date':
      return el('time', {}, formatDate(Number(item.timestamp), stringOf(item.format)));
    default:
      return stringOf(item.value);
  }
}

function styled(item: Json): Child {
  const style = isRecord(item.style) ? item.style : {};
  let node: Child = piece(item);
  if (style.code === true) node = el('code', {}, node);
  if (style.bold === true) node = el('strong', {}, node);
  if (style.italic === true) node = el('em', {}, node);
  if (style.strike === true) node = el('s', {}, node);
  return node;
}

function part(element: Json): HTMLElement {
  const children = records(element.elements);
  switch (stringOf(element.type)) {
    case 'rich_text_list': {
      const items = children.map((item) => el('li', {}, records(item.elements).map(styled)));
      const indent = `indent-${Number(element.indent ?? 0)}`;
      return el(element.style === 'ordered' ? 'ol' : 'ul', { class: indent }, ...items);
    }
    case 'rich_text_quote':
      return el('blockquote', {}, children.map(styled));
    case 'rich_text_preformatted':
      return el('pre', {}, children.map(styled));
    default:
      return el('div', { class: 'text' }, children.map(styled));
  }
}

export function richText(block: unknown): HTMLElement {
  const elements = isRecord(block) ? records(block.elements) : [];
  return el('div', { class: 'rich-text' }, ...elements.map(part));
}
