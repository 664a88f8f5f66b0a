// Decides how an audit entry is written to a file, as a JSON line or as CSV with fixed columns.
import type { Entry } from '../../deploy/audit/chain.ts';
import { canonical } from '../../deploy/audit/canonical-json.ts';

const COLUMNS = [
  'n',
  'at',
  'kind',
  'person',
  'service',
  'environment',
  'deployment',
  'host',
  'asked',
  'digest',
  'outcome',
  'note',
  'previous',
  'hash',
] as const satisfies readonly (keyof Entry)[];

export const formats = {
  /** Each line has the same text as the entry in the chain, so that its hash can be checked. */
  jsonl: { heading: '', line: (entry: Entry) => `${canonical(entry)}\n` },
  csv: {
    heading: `${COLUMNS.join(',')}\r\n`,
    line: (entry: Entry) => `${COLUMNS.map((column) => cell(entry[column])).join(',')}\r\n`,
  },
} as const;
export type Format = keyof typeof formats;

/** Quotes a cell of CSV. Spreadsheets execute a cell that begins like a formula; a leading apostrophe makes it text. */
function cell(value: string | number | undefined): string {
  const text = String(value ?? '');
  const safe = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
