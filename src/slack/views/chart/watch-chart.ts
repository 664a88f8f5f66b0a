// Draws the chart of a watch: answer times, the state in each round, and events such as alerts.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { cut, number, plainLine } from '../parts/text.ts';
import {
  bar,
  clockTicks,
  colours,
  line,
  linear,
  plot,
  round,
  type Scale,
  text,
  ticks,
  triangle,
  widthOf,
} from './style.ts';
import { legend } from './legend.ts';
import { clockOf, momentMarks } from './moments.ts';
import { seriesOf, type Point, type Series } from './series.ts';
import type { Spread } from '../parts/watch-figures.ts';

const WIDTH = 720;
const HEIGHT = 580;
const strip = { caption: 404, bottom: 444 };
/** Height of the second row of states, for the public address. Only some watches check it. */
const ROW = 32;
const small = { size: 20, colour: colours.soft };

/** Returns an SVG of 720 by 580 units, or 612 with a row for the public address; undefined before the second round. */
export function watchChart(d: Deployment, target?: Target): string | undefined {
  const series = seriesOf(d);
  if (!series) return undefined;
  const last = Math.max(1, series.points.at(-1)?.at ?? 1, series.rolledBack ?? 0);
  const x = linear([0, last], [plot.left, plot.right]);
  const more = series.points.some((point) => point.public !== undefined) ? ROW : 0;
  const bottom = strip.bottom + more;
  const watch = target?.place.watch;
  const caption = watch
    ? `Checks: alert after ${watch.degraded_for} unhealthy in a row, rollback after ${watch.unavailable_for} failed`
    : 'Checks';
  const parts = [
    headline(d, series),
    times(series, x),
    ...band(series.points, x, 'state', strip.bottom),
    ...(more > 0 ? band(series.points, x, 'public', bottom) : []),
    ...(more > 0 ? [rowName('slot', strip.bottom), rowName('public', bottom)] : []),
    momentMarks(series, x, bottom),
    text(24, strip.caption, caption, { ...small, size: 18, halo: true }),
    ...clockTicks(series.switchedAt, last, 5).flatMap((second) => tick(series, second, x, bottom)),
    text(plot.left - 10, bottom + 26, 'UTC', { ...small, anchor: 'end' }),
    legend(series, bottom + 72, [24, plot.right]),
  ];
  const height = HEIGHT + more;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="DejaVu Sans">
<rect x="1" y="1" width="${WIDTH - 2}" height="${height - 2}" rx="14" fill="${colours.ground}" stroke="${colours.edge}" stroke-width="2"/>
${parts.join('\n')}
</svg>`;
}

function headline(d: Deployment, { before, after }: Series): string {
  const { service, environment } = d.request;
  const { commit, release = '' } = d.facts;
  const name = cut(plainLine(`${service} · ${environment}`, 80), 40);
  const what = commit ? `${commit.subject} · ${commit.sha.slice(0, 7)}` : release;
  const change = (pick: (spread: Spread) => number): string =>
    [...(before ? [before] : []), ...(after ? [after] : [])]
      .map((one) => number(pick(one)))
      .join(' → ');
  const figures = `median ${change(({ median }) => median)} ms · 95th percentile ${change(({ p95 }) => p95)} ms`;
  return [
    text(24, 42, name, { size: 26, bold: true }),
    text(24, 74, plainLine(what, 52)),
    text(24, 104, figures, small),
  ].join('');
}

/** Draws the grid, the answer times, restarts, and the median before the switch. */
function times(series: Series, x: Scale): string {
  const { points, before } = series;
  const seen = points.flatMap(({ ms }) => (ms === undefined ? [] : [ms]));
  const grid = ticks(Math.max(1, ...seen, before?.median ?? 0), 4);
  const y = linear([0, grid.at(-1) ?? 1], [plot.bottom, plot.top]);
  const level = (ms: number, look: { colour: string; dashes?: string; width?: number }): string =>
    line([plot.left, y(ms)], [plot.right, y(ms)], look);
  return [
    ...grid.map((ms) => level(ms, { colour: colours.grid, width: 2 })),
    ...grid.map((ms, index) => {
      const words =
        ms >= 1_000 ? `${ms / 1_000} s` : `${ms}${index === grid.length - 1 ? ' ms' : ''}`;
      return text(plot.left - 10, y(ms) + 7, words, { ...small, anchor: 'end' });
    }),
    ...(before ? [level(before.median, { colour: colours.before, dashes: '8 7' })] : []),
    curve(points, x, y),
    ...points
      .filter(({ restarts }) => restarts > 0)
      .map(({ at }) => triangle(x(at), plot.bottom - 2)),
  ].join('');
}

/** Draws the answer times as a line, with a gap where no host answered. */
function curve(points: readonly Point[], x: Scale, y: Scale): string {
  let pen = 'M';
  const steps = points.map(({ at, ms }) => {
    if (ms === undefined) {
      pen = 'M';
      return '';
    }
    const step = `${pen}${round(x(at))} ${round(y(ms))}`;
    pen = 'L';
    return step;
  });
  return `<path d="${steps.join('')}" fill="none" stroke="${colours.after}" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"/>`;
}

/** Draws one bar per round, from its time to the next round's. */
function band(
  points: readonly Point[],
  x: Scale,
  side: 'state' | 'public',
  bottom: number,
): string[] {
  return points.map((point, index) => {
    const { at, [side]: state = 'unknown' } = point;
    const from = index === 0 ? plot.left : x(at);
    const to = index + 1 < points.length ? x(points[index + 1]?.at ?? at) : plot.right;
    return bar(from, bottom, Math.max(2, to - from), state);
  });
}

function rowName(words: string, bottom: number): string {
  return text(plot.left - 10, bottom - 2, words, { ...small, anchor: 'end' });
}

/** Writes a time below the bars, unless it would touch the label `UTC` or reach over the right edge. */
function tick(series: Series, second: number, x: Scale, bottom: number): string[] {
  const words = clockOf(series, second).replace(/:00$/, '');
  const half = widthOf(words, small.size) / 2;
  const fits = x(second) - half >= plot.left && x(second) + half <= plot.right + 12;
  return fits ? [text(x(second), bottom + 26, words, { ...small, anchor: 'middle' })] : [];
}
