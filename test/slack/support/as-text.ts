import { isRecord } from '../../../sandbox/workspace/model.ts';
import type { PaintedView } from '../../../src/slack/views/painted-view.ts';

/** A message as a person would read it, for golden files. */
export function asText({ key, where, broadcast, blocks }: PaintedView): string {
  const place = broadcast ? `${where}, broadcast` : where;
  return [`[${key}] (${place})`, ...blocks.map((block) => read(block))].join('\n');
}

function read(value: unknown): string {
  if (Array.isArray(value)) return value.map(read).join('');
  if (!isRecord(value)) return '';
  const block = value;
  switch (block['type']) {
    case 'plan':
      return [`▤ ${String(block['title'])}`, ...lines(block['tasks'])].join('\n');
    case 'task_card': {
      const details = block['details'] ? `\n      ${read(block['details'])}` : '';
      return `  ${String(block['status']).padEnd(11)} ${String(block['title'])}${details}`;
    }
    case 'actions':
      return lines(block['elements']).join(' ');
    case 'button':
      return button(block);
    case 'context':
      return lines(block['elements'])
        .map((line) => `· ${line}`)
        .join('\n');
    case 'rich_text_preformatted':
      return `\`\`\`\n${read(block['elements'])}\n\`\`\``;
    case 'mrkdwn':
    case 'plain_text':
    case 'text':
      return String(block['text']);
    default:
      return read(block['text'] ?? block['elements']);
  }
}

function button(block: Record<string, unknown>): string {
  const { confirm } = block;
  const asks = isRecord(confirm)
    ? ` (asks: ${read(confirm['title'])} ${read(confirm['text'])})`
    : '';
  return `[${read(block['text'])}]${asks}`;
}

function lines(list: unknown): string[] {
  return Array.isArray(list) ? list.map(read) : [];
}
