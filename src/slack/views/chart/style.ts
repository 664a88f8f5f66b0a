// Decides the colours of a chart, the look of each state, and how text is drawn.
import { escaped } from '../parts/text.ts';
import type { Point } from './series.ts';

/** A background of its own, for light and dark screens. */
export const colours = {
  ground: '#ffffff',
  edge: '#c9cdd2',
  ink: '#1d2126',
  soft: '#565d66',
  grid: '#e3e6ea',
  before: '#6b4fbb',
  after: '#0b66c3',
  switch: '#1d2126',
} as const;

/** States differ in height too, for people who cannot tell red from green. */
export const states: Record<Point['state'], { colour: string; height: number; word: string }> = {
  healthy: { colour: '#2b8a3e', height: 8, word: 'healthy' },
  degraded: { colour: '#e08600', height: 17, word: 'degraded' },
  unavailable: { colour: '#c92a2a', height: 26, word: 'unavailable' },
  unknown: { colour: '#9aa1a9', height: 4, word: 'not asked' },
};

interface Style {
  size?: number;
  colour?: string;
  anchor?: 'start' | 'middle' | 'end';
  bold?: boolean;
}

/** An SVG text element; escapes `words`. */
export function text(x: number, y: number, words: string, style: Style = {}): string {
  const { size = 22, colour = colours.ink, anchor = 'start', bold = false } = style;
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${colour}" text-anchor="${anchor}"${weight}>${escaped(words)}</text>`;
}

/** To a tenth of a unit, which no screen can show. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
