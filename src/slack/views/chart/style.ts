import { escaped } from '../parts/text.ts';
import type { Point } from './series.ts';

/** Its own ground, so that it reads the same on a light and on a dark screen. */
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

/** They differ in height too, for eyes that tell red from green badly. */
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

/** Words at a place, escaped. */
export function text(x: number, y: number, words: string, style: Style = {}): string {
  const { size = 22, colour = colours.ink, anchor = 'start', bold = false } = style;
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${colour}" text-anchor="${anchor}"${weight}>${escaped(words)}</text>`;
}

/** A tenth of a unit is finer than any screen. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
