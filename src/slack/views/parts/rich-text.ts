// Converts our own mrkdwn to rich text, in which Slack does not format untrusted text.
import type { RichTextBlock, RichTextElement } from '@slack/types';
import { asRead } from './literal.ts';
import { unescaped } from './text.ts';

interface Style {
  bold?: true;
  italic?: true;
  code?: true;
}

/** Matches a code span, a mention, date or link in `<…>`, bold or italics. */
const TOKEN =
  /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=\S)([^*\n]*\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]*\S)_(?![\w_])/g;

/** `mrkdwn`: escaped. Placeholders of literal.ts stand in it for formatting marks of untrusted text. */
export function richText(mrkdwn: string): RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: parse(mrkdwn) }] };
}

function parse(mrkdwn: string, style: Style = {}): RichTextElement[] {
  const elements: RichTextElement[] = [];
  let done = 0;
  for (const match of mrkdwn.matchAll(TOKEN)) {
    elements.push(...words(mrkdwn.slice(done, match.index), style));
    done = match.index + match[0].length;
    const [, code, token, bold, italic] = match;
    if (code !== undefined) elements.push(...words(code, { ...style, code: true }));
    else if (token !== undefined) elements.push(tokenElement(token, style));
    else if (bold !== undefined) elements.push(...parse(bold, { ...style, bold: true }));
    else if (italic !== undefined) elements.push(...parse(italic, { ...style, italic: true }));
  }
  return [...elements, ...words(mrkdwn.slice(done), style)];
}

function words(text: string, style: Style): RichTextElement[] {
  return text === '' ? [] : [{ type: 'text', text: shown(text), ...styled(style) }];
}

function styled<Some extends Style>(style: Some): { style?: Some } {
  return Object.keys(style).length > 0 ? { style } : {};
}

function shown(text: string): string {
  return asRead(unescaped(text));
}

function tokenElement(token: string, style: Style): RichTextElement {
  const [target = '', label] = token.split(/\|(.*)/s);
  const [kind = '', value = '', format = ''] = target.split('^');
  if (target.startsWith('@'))
    return { type: 'user', user_id: target.slice(1), ...withoutCode(style) };
  if (kind === '!subteam') return { type: 'usergroup', usergroup_id: value, ...withoutCode(style) };
  if (kind === '!date') {
    const fallback = label === undefined ? {} : { fallback: shown(label) };
    return { type: 'date', timestamp: Number(value), format, ...fallback, ...styled(style) };
  }
  return { type: 'link', url: shown(target), text: shown(label ?? target), ...styled(style) };
}

/** Mentions have no style `code`. */
function withoutCode(style: Style) {
  const { code: _, ...rest } = style;
  return styled(rest);
}
