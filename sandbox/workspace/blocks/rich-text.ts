import { isRecord } from '../model.ts';
import {
  all,
  boolean,
  byType,
  choice,
  integer,
  list,
  object,
  string,
  webAddress,
} from './schema.ts';
import type { Check } from './schema.ts';
import { id } from './text.ts';

const style = object(
  {},
  {
    bold: boolean,
    italic: boolean,
    strike: boolean,
    code: boolean,
    underline: boolean,
    highlight: boolean,
    client_highlight: boolean,
    unlink: boolean,
  },
);

const text = object({ text: string(12_000, 1) }, { style });
const link = object({ url: webAddress }, { text: string(12_000, 1), unsafe: boolean, style });

const inline = byType({
  text,
  link,
  emoji: object({ name: id }, { unicode: string(255), style }),
  user: object({ user_id: id }, { style }),
  channel: object({ channel_id: id }, { style }),
  usergroup: object({ usergroup_id: id }, { style }),
  team: object({ team_id: id }, { style }),
  broadcast: object({ range: choice('here', 'channel', 'everyone') }, { style }),
  color: object({ value: string(7, 4) }, { style }),
  date: object(
    { timestamp: integer(0, 1e11), format: string(255, 1) },
    { url: webAddress, fallback: string(255), style },
  ),
});

const inlines = list(inline, 0, 1000);
const section = object({ elements: inlines });
const border = integer(0, 1);

const elements = byType({
  rich_text_section: section,
  rich_text_quote: object({ elements: inlines }, { border }),
  rich_text_preformatted: object(
    { elements: list(byType({ text, link }), 0, 1000) },
    { border, language: string(64) },
  ),
  rich_text_list: object(
    {
      style: choice('bullet', 'ordered'),
      elements: list(byType({ rich_text_section: section }), 0, 1000),
    },
    { indent: integer(0, 8), offset: integer(0, 10_000), border },
  ),
});

export const richText = object({ elements: list(elements, 1, 1000) }, { block_id: id });

/** All the text a rich_text holds: the measure for limits on the whole. */
function richTextLength(value: unknown): number {
  if (Array.isArray(value))
    return value.reduce((sum: number, item) => sum + richTextLength(item), 0);
  if (!isRecord(value)) return 0;
  const own = typeof value.text === 'string' ? value.text.length : 0;
  return own + richTextLength(value.elements);
}

export function richTextUpTo(max: number): Check {
  return all(byType({ rich_text: richText }), (value, at, report) => {
    const used = richTextLength(value);
    if (used > max) report.add(`must be less than ${max + 1} characters`, at);
    report.measure({ at, used, most: max, unit: 'characters' });
  });
}
