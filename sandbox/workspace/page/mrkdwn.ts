import { el, safeLink } from './element.ts';
import type { Child } from './element.ts';
import { emoji } from './emoji.ts';
import { snapshot, userName } from './state.ts';

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

export function mention(text: string): HTMLElement {
  return el('span', { class: 'mention' }, text);
}

export function groupName(id: string): string {
  return snapshot().userGroups.find((group) => group.id === id)?.handle ?? id;
}

export function channelName(id: string): string {
  return snapshot().channels.find((channel) => channel.id === id)?.name ?? id;
}

const PIECES: Record<string, Intl.DateTimeFormatOptions> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { dateStyle: 'long' },
  date_pretty: { dateStyle: 'long' },
  date_short: { dateStyle: 'medium' },
  date_short_pretty: { dateStyle: 'medium' },
  date_long: { dateStyle: 'full' },
  date_long_pretty: { dateStyle: 'full' },
  time: { timeStyle: 'short' },
  time_secs: { timeStyle: 'medium' },
};

export function formatDate(timestamp: number, format: string): string {
  return format.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const piece = PIECES[name];
    const near = name.endsWith('_pretty') ? nearDay(timestamp) : undefined;
    if (near !== undefined) return near;
    return piece ? new Intl.DateTimeFormat([], piece).format(timestamp * 1000) : whole;
  });
}

/** `today`, `yesterday` or `tomorrow`, as Slack says in pretty formats. */
function nearDay(timestamp: number): string | undefined {
  const day = new Date(timestamp * 1000).setHours(0, 0, 0, 0);
  const days = Math.round((day - new Date().setHours(0, 0, 0, 0)) / 86_400_000);
  if (Math.abs(days) > 1) return undefined;
  return new Intl.RelativeTimeFormat([], { numeric: 'auto' }).format(days, 'day');
}

/** What stands between angle brackets: a link, a mention or a date. */
function angle(inner: string): Child {
  const [target = '', label] = inner.split(/\|(.*)/s);
  const shown = label === undefined ? undefined : unescape(label);
  if (target.startsWith('@')) return mention(`@${userName(target.slice(1))}`);
  if (target.startsWith('#')) return mention(`#${shown || channelName(target.slice(1))}`);
  if (target.startsWith('!subteam^')) return mention(`@${shown ?? groupName(target.slice(9))}`);
  if (target.startsWith('!date^')) {
    const [, at = '0', format = ''] = target.split('^');
    return el('time', {}, formatDate(Number(at), format) || (shown ?? ''));
  }
  if (target.startsWith('!')) return mention(`@${target.slice(1)}`);
  return safeLink(unescape(target), shown ?? unescape(target));
}

const TOKEN =
  /```\n?([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])|(?<![\w_])_(\S(?:[^_\n]*\S)?)_(?![\w_])|(?<![\w~])~(\S(?:[^~\n]*\S)?)~(?![\w~])|:([a-z0-9_+'-]+(?:::[a-z0-9-]+)?):|(https?:\/\/[^\s<>|]+)/g;

function inline(text: string, verbatim: boolean): Child[] {
  const nodes: Child[] = [];
  let last = 0;
  for (const match of text.matchAll(TOKEN)) {
    nodes.push(unescape(text.slice(last, match.index)));
    last = match.index + match[0].length;
    const [, block, code, link, bold, italic, strike, name, address = ''] = match;
    if (block !== undefined) nodes.push(el('pre', {}, unescape(block)));
    else if (code !== undefined) nodes.push(el('code', {}, unescape(code)));
    else if (link !== undefined) nodes.push(angle(link));
    else if (bold !== undefined) nodes.push(el('strong', {}, inline(bold, verbatim)));
    else if (italic !== undefined) nodes.push(el('em', {}, inline(italic, verbatim)));
    else if (strike !== undefined) nodes.push(el('s', {}, inline(strike, verbatim)));
    else if (name !== undefined) nodes.push(emoji(name));
    else nodes.push(verbatim ? unescape(address) : safeLink(unescape(address), unescape(address)));
  }
  nodes.push(unescape(text.slice(last)));
  return nodes;
}

/** Slack's own markup, quotes included, as elements; addresses become links unless it is `verbatim`. */
export function mrkdwn(text: string, verbatim = false): HTMLElement {
  const root = el('div', { class: 'text' });
  for (const part of text.split(/((?:^(?:&gt;|>) ?.*(?:\n|$))+)/m)) {
    if (part === '') continue;
    const quoted = /^(?:&gt;|>)/.test(part);
    const body = quoted ? part.replaceAll(/^(?:&gt;|>) ?/gm, '').trimEnd() : part;
    const children = inline(body, verbatim);
    root.append(quoted ? el('blockquote', {}, children) : el('span', {}, children));
  }
  return root;
}

export function plainText(text: string): string {
  return text.replaceAll(/:([a-z0-9_+'-]+):/g, (_, name: string) => emoji(name));
}
