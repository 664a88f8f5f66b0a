// Decides the colours, coordinates and axes of a chart, and draws its basic elements: text, lines, bars, triangles.
import { escaped } from '../parts/text.ts';
import type { Point } from './series.ts';

/** Colours on a dark ground: Slack shows the same picture in its light and its dark theme. */
export const colours = {
  ground: '#1b1f24',
  edge: '#5b646f',
  grid: '#363d46',
  ink: '#f0f3f6',
  soft: '#b4bcc6',
  before: '#c69bff',
  after: '#58a6ff',
} as const;

/** States also differ in the height of their bars, for people who cannot tell red from green. */
export const states: Record<Point['state'], { colour: string; height: number; word: string }> = {
  healthy: { colour: '#3fb950', height: 8, word: 'healthy' },
  degraded: { colour: '#f0a500', height: 17, word: 'degraded' },
  unavailable: { colour: '#ff6b61', height: 26, word: 'failed' },
  unknown: { colour: '#8b949e', height: 4, word: 'no answer' },
};

/** Edges of the plot in a picture 720 units wide. Phones show it at half the size: text of size 24 appears as 12. */
export const plot = { left: 92, right: 696, top: 190, bottom: 376 };

interface Style {
  size?: number;
  colour?: string;
  anchor?: 'start' | 'middle' | 'end';
  bold?: boolean;
  /** Draws a border in the background's colour, which covers lines behind the text. */
  halo?: boolean;
}

/** Returns an SVG text element; escapes `words`. */
export function text(x: number, y: number, words: string, style: Style = {}): string {
  const { size = 22, colour = colours.ink, anchor = 'start', bold = false, halo = false } = style;
  const weight = bold ? ' font-weight="bold"' : '';
  const cover = halo
    ? ` stroke="${colours.ground}" stroke-width="8" paint-order="stroke" stroke-linejoin="round"`
    : '';
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${colour}" text-anchor="${anchor}"${weight}${cover}>${escaped(words)}</text>`;
}

export function widthOf(words: string, size: number): number {
  return words.length * size * 0.58;
}

export function line(
  [x1, y1]: [number, number],
  [x2, y2]: [number, number],
  { colour, dashes = '', width = 3 }: { colour: string; dashes?: string; width?: number },
): string {
  const dashed = dashes && ` stroke-dasharray="${dashes}"`;
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}" stroke-width="${width}"${dashed}/>`;
}

/** Draws a bar for the state in one round. `bottom`: the bar's lower edge. */
export function bar(left: number, bottom: number, width: number, state: Point['state']): string {
  const { colour, height } = states[state];
  return `<rect x="${round(left)}" y="${bottom - height}" width="${round(width)}" height="${height}" fill="${colour}"/>`;
}

export function triangle(centre: number, bottom: number): string {
  return `<path d="M${round(centre - 9)} ${bottom}L${round(centre + 9)} ${bottom}L${round(centre)} ${bottom - 16}Z" fill="${colours.ink}"/>`;
}

/** Rounds to a tenth of a unit, which keeps the SVG short. Nobody sees the difference. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export type Scale = (value: number) => number;

export function linear(domain: [number, number], range: [number, number]): Scale {
  const [from, to] = domain;
  const width = to === from ? 1 : to - from;
  return (value) => range[0] + ((value - from) / width) * (range[1] - range[0]);
}

/** Returns about `count` values from 0 to at least `most`. Their distance is 1, 2 or 5 times a power of ten. */
export function ticks(most: number, count: number): number[] {
  const rough = Math.max(most, Number.EPSILON) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const steps = Math.max(1, Math.ceil(most / step - 1e-9));
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Returns about `count` seconds after `from` at which a clock shows a round time. */
export function clockTicks(from: number, seconds: number, count: number): number[] {
  const sizes = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200];
  const step = sizes.find((size) => size >= seconds / count) ?? 86_400;
  const first = (step * 1_000 - (from % (step * 1_000))) / 1_000;
  const steps = Math.max(0, Math.floor((seconds - first) / step) + 1);
  return Array.from({ length: steps }, (_, index) => first + index * step);
}
