import type { Played } from './play.ts';

const widths = [34, 10, 22, 7, 9];

export const heading = rowOf(['fault', 'stopped by', 'code', 's', 'requests', 'said']);

/** One line a row; what went wrong stands below it. */
export function lineOf({ name, wrong, stop, ms, traffic }: Played): string {
  const requests = traffic ? `${traffic.sent}/${traffic.failed}` : '-';
  const first = stop.message.split('\n')[0] ?? '';
  const cells = [name, stop.stage, stop.code, (ms / 1_000).toFixed(1), requests, first];
  const row = rowOf(cells).slice(0, 240);
  return [row, ...wrong.map((text) => `  NOT OK ${text.replaceAll('\n', '\n    ')}`)].join('\n');
}

function rowOf(cells: readonly string[]): string {
  return cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' ');
}

export function lastLine(played: readonly Played[]): string {
  const failed = played.filter(({ wrong }) => wrong.length > 0).length;
  return `${played.length - failed} passed, ${failed} failed`;
}
