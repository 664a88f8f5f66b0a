// Draws the chart of a watch: answer times before and after the switch, states, alerts and restarts.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { cut, duration, number, plainLine } from '../parts/text.ts';
import { colours, round, states, text } from './style.ts';
import { legend } from './legend.ts';
import { linear, ticks, timeTicks, type Scale } from './scale.ts';
import { seriesOf, type Point, type Series, type Spread } from './series.ts';

/** For a phone: 720 units become 360 points, so text of size 24 is shown at 12. */
const WIDTH = 720;
const HEIGHT = 510;
/** The time before the switch is left of `switch`, the watch is right of it. */
const plot = { left: 84, switch: 160, right: 700, top: 130, bottom: 350 };
const strip = { top: 362, height: 26 };
/** Height of the second row of states, for a public address that differs from the slot's. */
const ROW = 32;

/** An SVG of 720 by 510, or one row higher; undefined while there is nothing to draw. */
export function watchChart(d: Deployment): string | undefined {
  const series = seriesOf(d);
  if (!series) return undefined;
  const last = Math.max(1, series.points.at(-1)?.at ?? 1, series.rolledBack ?? 0);
  const x = linear([0, last], [plot.switch, plot.right]);
  const grid = ticks(highest(series), 4);
  const more = series.points.some((point) => point.public !== undefined) ? ROW : 0;
  const y = linear([0, grid.at(-1) ?? 1], [plot.bottom, plot.top]);
  const parts = [
    headline(d, series),
    ...grid.map((ms) => rule(ms, y)),
    ...timeTicks(last, 5).map((second) => moment(second, x, more)),
    ...spread(series.before, colours.before, y, [plot.left, plot.switch]),
    ...spread(series.after, colours.after, y, [plot.switch, plot.right]),
    line(series.points, x, y),
    text(plot.left - 10, plot.top - 14, 'ms', { size: 20, colour: colours.soft, anchor: 'end' }),
    ...(series.before
      ? [text(plot.left, plot.top - 14, 'before', { size: 20, colour: colours.before })]
      : []),
    ...band(series.points, x, 'state', 0),
    ...(more > 0
      ? [...band(series.points, x, 'public', more), rowName('slot', 0), rowName('public', more)]
      : []),
    marks(series, x, more),
    legend(series, HEIGHT + more - 58, plot.right),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT + more}" viewBox="0 0 ${WIDTH} ${HEIGHT + more}" font-family="DejaVu Sans">
<rect x="1" y="1" width="${WIDTH - 2}" height="${HEIGHT + more - 2}" rx="14" fill="${colours.ground}" stroke="${colours.edge}" stroke-width="2"/>
${parts.join('\n')}
</svg>`;
}

function highest({ points, before, after }: Series): number {
  const seen = points.flatMap(({ ms }) => (ms === undefined ? [] : [ms]));
  return Math.max(1, ...seen, before?.p95 ?? 0, after?.p95 ?? 0);
}

function headline(d: Deployment, { before, after }: Series): string {
  const { service, environment } = d.request;
  const name = cut(plainLine(`${service} · ${environment}`, 80), 40);
  const change = (pick: (spread: Spread) => number): string =>
    [before, after].map((one) => (one ? number(pick(one)) : '–')).join(' → ');
  const figures = `median ${change(({ median }) => median)} ms · p95 ${change(({ p95 }) => p95)} ms`;
  return [
    text(24, 42, name, { size: 26, bold: true }),
    text(24, 76, figures, { colour: colours.soft }),
  ].join('');
}

function rule(ms: number, y: Scale): string {
  const at = round(y(ms));
  const words = ms >= 1_000 ? `${ms / 1_000} s` : `${ms}`;
  return `<line x1="${plot.left}" y1="${at}" x2="${plot.right}" y2="${at}" stroke="${colours.grid}" stroke-width="2"/>${text(plot.left - 10, y(ms) + 7, words, { size: 20, colour: colours.soft, anchor: 'end' })}`;
}

function moment(seconds: number, x: Scale, more: number): string {
  const anchor = x(seconds) > plot.right - 30 ? 'end' : 'middle';
  const words = seconds === 0 ? 'switch' : clock(seconds);
  return text(x(seconds), strip.top + strip.height + more + 26, words, {
    size: 20,
    colour: colours.soft,
    anchor,
  });
}

/** Ticks are at whole steps: `2 min` instead of `2m 0s`. */
function clock(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : duration(seconds * 1_000);
}

/** The median as a solid line, the 95th percentile as a dashed one. */
function spread(
  of: Spread | undefined,
  colour: string,
  y: Scale,
  [from, to]: [number, number],
): string[] {
  if (!of) return [];
  const level = (ms: number, dashes: string): string =>
    `<line x1="${from}" y1="${round(y(ms))}" x2="${to}" y2="${round(y(ms))}" stroke="${colour}" stroke-width="3" stroke-opacity="0.75"${dashes}/>`;
  return [level(of.median, ''), level(of.p95, ' stroke-dasharray="8 7"')];
}

/** Interrupted where no host answered. */
function line(points: readonly Point[], x: Scale, y: Scale): string {
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

/** One bar per round, up to the next round. */
function band(
  points: readonly Point[],
  x: Scale,
  side: 'state' | 'public',
  down: number,
): string[] {
  const bottom = strip.top + strip.height + down;
  return points.map((point, index) => {
    const { at, [side]: state = 'unknown' } = point;
    const from = index === 0 ? plot.switch : x(at);
    const to = index + 1 < points.length ? x(points[index + 1]?.at ?? at) : plot.right;
    const { colour, height } = states[state];
    return `<rect x="${round(from)}" y="${bottom - height}" width="${round(Math.max(2, to - from))}" height="${height}" fill="${colour}"/>`;
  });
}

function rowName(words: string, down: number): string {
  return text(plot.switch - 8, strip.top + strip.height + down - 4, words, {
    size: 20,
    colour: colours.soft,
    anchor: 'end',
  });
}

function marks({ points, alerts, rolledBack }: Series, x: Scale, more: number): string {
  const upright = (at: number, colour: string, dashes = ''): string =>
    `<line x1="${round(x(at))}" y1="${plot.top - 8}" x2="${round(x(at))}" y2="${strip.top + strip.height + more}" stroke="${colour}" stroke-width="3"${dashes}/>`;
  const restarted = points
    .filter(({ restarts }) => restarts > 0)
    .map(({ at }) => {
      const [centre, top] = [x(at), plot.bottom - 18];
      return `<path d="M${round(centre - 9)} ${top + 16}L${round(centre + 9)} ${top + 16}L${round(centre)} ${top}Z" fill="${colours.ink}"/>`;
    });
  return [
    upright(0, colours.switch),
    ...alerts.map((at) => upright(at, states.degraded.colour, ' stroke-dasharray="3 6"')),
    ...(rolledBack === undefined ? [] : [upright(rolledBack, states.unavailable.colour)]),
    ...restarted,
  ].join('');
}
