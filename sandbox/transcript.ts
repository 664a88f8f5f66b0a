import { isRecord, type Json, type Message } from './workspace/model.ts';

/** What of a message there is to read, whoever shows it. */
export interface Readable {
  text: string;
  blocks?: Json[] | undefined;
  files?: readonly { name: string; size: number }[] | undefined;
}

/** A message as a person reads it: blocks in order, or the text where there are none. */
export function readable(message: Readable): string {
  const blocks = message.blocks ?? [];
  const lines = blocks.length > 0 ? blocks.flatMap(blockLines) : [message.text];
  const files = (message.files ?? []).map(({ name, size }) => `[file ${name}, ${size} bytes]`);
  return [...lines, ...files].filter((line) => line.trim() !== '').join('\n');
}

/** A channel message and its thread, indented. */
export function transcript(thread: readonly Message[]): string {
  return thread
    .map((message, index) => indent(readable(message), index === 0 ? '' : '    '))
    .join('\n\n');
}

function indent(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => by + line)
    .join('\n');
}

const marks: Record<string, string> = {
  pending: '○',
  in_progress: '◐',
  complete: '●',
  error: '✗',
};

function blockLines(block: Json): string[] {
  switch (block['type']) {
    case 'plan':
      return [
        textOf(block['title']),
        ...list(block['tasks']).map((task) => {
          const detail = [task['details'], task['output']].map(textOf).find((text) => text !== '');
          return `  ${marks[String(task['status'])] ?? '?'} ${textOf(task['title'])}${detail ? ` · ${detail}` : ''}`;
        }),
      ];
    case 'actions':
      return [
        list(block['elements'])
          .map((element) => `[${textOf(element['text'])}]`)
          .join(' '),
      ];
    case 'context':
      return [list(block['elements']).map(textOf).join(' · ')];
    case 'divider':
      return ['———'];
    default:
      return Object.entries(block)
        .filter(([key]) => ['text', 'fields', 'elements', 'title'].includes(key))
        .map(([, value]) => textOf(value));
  }
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Any of Slack's ways to hold text, flattened. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join('');
  if (!isRecord(value)) return '';
  const { type, text, elements, user_id, usergroup_id, fallback } = value;
  if (typeof user_id === 'string') return `<@${user_id}>`;
  if (typeof usergroup_id === 'string') return `<!subteam^${usergroup_id}>`;
  return textOf(type === 'date' ? fallback : (text ?? elements));
}
