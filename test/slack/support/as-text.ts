import { isRecord } from '../../../sandbox/workspace/model.ts';
import { asRead, lookingAlike } from '../../../src/slack/views/parts/literal.ts';
import { unescaped } from '../../../src/slack/views/parts/text.ts';

/** A message, a view, a picture or blocks as a person would read them, for golden files. */
export function asText(payload: unknown): string {
  if (Array.isArray(payload)) return payload.map(asText).join('\n') || '(nothing)';
  if (!isRecord(payload)) return '';
  const { key, type, alt, blocks, text, option_groups: groups } = payload;
  if (Array.isArray(groups)) return groups.map(group).join('\n');
  if (typeof alt === 'string') return `[${String(key)}] ${String(payload['title'])}\n${alt}`;
  if (typeof type === 'string' && !Array.isArray(blocks)) return read(payload);
  const shown = Array.isArray(blocks) ? blocks.map(read) : [];
  // What notifications say stands in blocks too, as a rule.
  const first = unmarked(shown[0]).includes(unmarked(text))
    ? []
    : [`text: ${lookingAlike(String(text))}`];
  return [...headOf(payload), ...(type === undefined ? first : []), ...shown].join('\n');
}

/** Rich text has no marks for bold and code, and those of outside text are the text itself. */
function unmarked(text: unknown): string {
  return unescaped(asRead(String(text))).replaceAll(/[*`_]/g, '');
}

function group(value: unknown): string {
  const { label, options } = isRecord(value) ? value : {};
  return [read(label), ...lines(options).map((line) => `  ○ ${line}`)].join('\n');
}

function headOf({ key, where, broadcast, everyone, type, title, submit }: Record<string, unknown>) {
  if (type === 'modal') return [`[modal] ${read(title)} → [${read(submit)}]`];
  if (type === 'home') return ['[home]'];
  if (key === undefined) return [everyone ? '[to the channel]' : '[to one person]'];
  return [
    `[${JSON.stringify(key).slice(1, -1)}] (${String(where)}${broadcast ? ', broadcast' : ''})`,
  ];
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
    case 'divider':
      return '────';
    case 'input':
      return `${read(block['label'])}${block['optional'] ? ' (optional)' : ''}: ${field(block['element'])}`;
    case 'rich_text_preformatted':
      return `\`\`\`\n${read(block['elements'])}\n\`\`\``;
    case 'mrkdwn':
    case 'plain_text':
      return String(block['text']);
    case 'text':
      return styled(String(block['text']), block['style']);
    case 'user':
      return `<@${String(block['user_id'])}>`;
    case 'usergroup':
      return `<!subteam^${String(block['usergroup_id'])}>`;
    case 'date':
      return `<!date^${String(block['timestamp'])}^${String(block['format'])}|${String(block['fallback'])}>`;
    default:
      return read(block['text'] ?? block['elements']);
  }
}

/** Shows bold and code as mrkdwn does. */
function styled(text: string, style: unknown): string {
  if (!isRecord(style)) return text;
  const inner = style['code'] ? `\`${text}\`` : text;
  return style['bold'] ? `*${inner}*` : inner;
}

function button(block: Record<string, unknown>): string {
  const { confirm, style } = block;
  const asks = isRecord(confirm)
    ? ` (asks: ${read(confirm['title'])} ${read(confirm['text'])})`
    : '';
  const colour = typeof style === 'string' ? `${style}: ` : '';
  return `[${colour}${read(block['text'])}]${asks}`;
}

function field(element: unknown): string {
  if (!isRecord(element)) return '';
  const { type, placeholder, options } = element;
  const initial = [element['initial_option'], element['initial_options']].flat().filter(isRecord);
  const chosen = new Set(initial.map(({ value }) => value));
  const listed = [options, initial.length > 0 && !options ? initial : []]
    .flat()
    .filter(isRecord)
    .map((option) => `${chosen.has(option['value']) ? '◉' : '○'} ${read(option['text'])}`);
  const hint = isRecord(placeholder) ? ` (${read(placeholder)})` : '';
  return [`${String(type)}${hint}`, ...listed].join('\n    ');
}

function lines(list: unknown): string[] {
  return Array.isArray(list) ? list.map(read) : [];
}
