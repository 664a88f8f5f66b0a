// Draws the legend of a chart, with only the states that the chart shows.
import { counted } from '../parts/text.ts';
import { colours, round, states, text } from './style.ts';
import type { Series } from './series.ts';

export function legend(
  { points, restarts, alerts, rolledBack }: Series,
  top: number,
  right: number,
): string {
  const seen = (['healthy', 'degraded', 'unavailable', 'unknown'] as const).filter((state) =>
    points.some((point) => point.state === state || point.public === state),
  );
  const entries = [
    ...seen.map((state) => ({ colour: states[state].colour, words: states[state].word })),
    ...(alerts.length > 0 ? [{ colour: '', words: '┊ alert' }] : []),
    ...(restarts > 0 ? [{ colour: '', words: `▲ ${counted(restarts, 'restart')}` }] : []),
    ...(rolledBack === undefined ? [] : [{ colour: '', words: '| rollback' }]),
  ];
  const places = inRows(
    entries.map(({ colour, words }) => words.length * 11.4 + (colour ? 48 : 30)),
    right,
  );
  return entries
    .map(({ colour, words }, index) => {
      const { left, row } = places[index] ?? { left: 0, row: 0 };
      const base = top + row * 30;
      const square = `<rect x="${left}" y="${base - 15}" width="18" height="18" fill="${colour}"/>`;
      const begin = colour ? left + 26 : left;
      return (colour ? square : '') + text(begin, base, words, { size: 20, colour: colours.soft });
    })
    .join('');
}

/** Positions of entries with these widths, on at most two rows. */
function inRows(widths: readonly number[], right: number): { left: number; row: number }[] {
  let [left, row] = [24, 0];
  return widths.map((width) => {
    if (left + width > right && row === 0) [left, row] = [24, 1];
    const place = { left: round(left), row };
    left += width;
    return place;
  });
}
