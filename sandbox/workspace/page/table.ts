import { isRecord, records, stringOf } from '../model.ts';
import type { Json } from '../model.ts';
import { el } from './element.ts';
import { richText } from './rich-text.ts';

function cell(value: Json): HTMLElement | string {
  if (value.type === 'rich_text') return richText(value);
  if (value.type === 'raw_number') return stringOf(value.text) || String(value.value);
  return stringOf(value.text);
}

/** The first row is the heading, as Slack shows it. */
export function table(block: Json): HTMLElement {
  const rows = Array.isArray(block.rows) ? block.rows.map(records) : [];
  const settings = Array.isArray(block.column_settings) ? block.column_settings : [];
  const align = (column: number) => {
    const setting: unknown = settings[column];
    return isRecord(setting) ? stringOf(setting.align) : '';
  };
  const caption = stringOf(block.caption);
  const lines = rows.map((cells, row) =>
    el(
      'tr',
      {},
      cells.map((value, column) =>
        el(row === 0 ? 'th' : 'td', { class: `align-${align(column)}` }, cell(value)),
      ),
    ),
  );
  return el(
    'div',
    { class: 'table' },
    el('table', {}, caption !== '' && el('caption', {}, caption), ...lines),
  );
}
