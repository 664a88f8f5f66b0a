import { isRecord } from '../model.ts';
import { richText } from './rich-text.ts';
import { all, boolean, byType, choice, integer, list, object, string } from './schema.ts';
import type { Check } from './schema.ts';
import { id } from './text.ts';

const number: Check = (value, at, report) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) report.add('must be a number', at);
};

const cell = byType({
  raw_text: object({ text: string(3000, 1) }),
  raw_number: object({ value: number }, { text: string(255, 1) }),
  rich_text: richText,
});
const row = list(cell, 1, 20);

const column = object({}, { align: choice('left', 'center', 'right'), is_wrapped: boolean });

export const table = object(
  { rows: list(row, 1, 100) },
  { block_id: id, column_settings: list(column, 1, 20) },
);

const DATA_TABLE_CHARACTERS = 10_000;

const withinCharacters: Check = (value, at, report) => {
  if (!isRecord(value)) return;
  const texts = JSON.stringify(value.rows ?? []).matchAll(/"text":"((?:[^"\\]|\\.)*)"/g);
  const total = [...texts].reduce((sum, match) => sum + (match[1]?.length ?? 0), 0);
  if (total > DATA_TABLE_CHARACTERS)
    report.add(`must hold less than ${DATA_TABLE_CHARACTERS + 1} characters`, `${at}/rows`);
  const unit = 'characters';
  report.measure({ at: `${at}/rows`, used: total, most: DATA_TABLE_CHARACTERS, unit });
};

const sameWidth: Check = (value, at, report) => {
  const rows: unknown = isRecord(value) ? value.rows : undefined;
  if (!Array.isArray(rows)) return;
  const widths = new Set(rows.map((cells) => (Array.isArray(cells) ? cells.length : 0)));
  if (widths.size > 1) report.add('all rows must have the same number of cells', `${at}/rows`);
};

export const dataTable = all(
  object(
    { rows: list(row, 2, 101), caption: string(255, 1) },
    { block_id: id, page_size: integer(1, 100), row_header_column_index: integer(0, 19) },
  ),
  sameWidth,
  withinCharacters,
);
