import { el, safeLink } from './element.ts';
import type { Child } from './element.ts';
import { plainText } from './mrkdwn.ts';

const TOKEN =
  /`([^`\n]+)`|\*\*(.+?)\*\*|(?<!\w)[*_](\S.*?)[*_](?!\w)|~~(.+?)~~|\[([^\]]+)\]\(([^)\s]+)\)/g;

function inline(text: string): Child[] {
  const nodes: Child[] = [];
  let last = 0;
  for (const match of text.matchAll(TOKEN)) {
    nodes.push(plainText(text.slice(last, match.index)));
    last = match.index + match[0].length;
    const [, code, bold, italic, strike, label, href] = match;
    if (code !== undefined) nodes.push(el('code', {}, code));
    else if (bold !== undefined) nodes.push(el('strong', {}, inline(bold)));
    else if (italic !== undefined) nodes.push(el('em', {}, inline(italic)));
    else if (strike !== undefined) nodes.push(el('s', {}, inline(strike)));
    else if (label !== undefined && href !== undefined) nodes.push(safeLink(href, label));
  }
  nodes.push(plainText(text.slice(last)));
  return nodes;
}

function lines(text: string): HTMLElement[] {
  return text.split(/\n{2,}/).flatMap((paragraph): HTMLElement | HTMLElement[] => {
    const rows = paragraph.split('\n').filter((row) => row !== '');
    if (rows.length === 0) return [];
    if (rows.every((row) => /^\s*[-*+] /.test(row)))
      return el(
        'ul',
        {},
        ...rows.map((row) => el('li', {}, inline(row.replace(/^\s*[-*+] /, '')))),
      );
    if (rows.every((row) => /^\s*\d+\. /.test(row)))
      return el(
        'ol',
        {},
        ...rows.map((row) => el('li', {}, inline(row.replace(/^\s*\d+\. /, '')))),
      );
    return rows.map((row) => {
      const heading = /^#{1,6} (.*)/.exec(row)?.[1];
      if (heading !== undefined) return el('h3', {}, inline(heading));
      if (row.startsWith('> ')) return el('blockquote', {}, inline(row.slice(2)));
      return el('p', {}, inline(row));
    });
  });
}

/** Enough of standard Markdown for a `markdown` block to read well. */
export function markdown(text: string): HTMLElement {
  const root = el('div', { class: 'markdown' });
  for (const [index, part] of text.split(/```\w*\n?/).entries())
    root.append(...(index % 2 === 1 ? [el('pre', {}, part.trimEnd())] : lines(part)));
  return root;
}
