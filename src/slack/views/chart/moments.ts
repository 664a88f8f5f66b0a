// Draws the events of a watch with their times: the switch, alerts, recoveries and the rollback.
import type { Series } from './series.ts';
import { colours, line, plot, type Scale, states, text, widthOf } from './style.ts';

const SIZE = 18;
const ROWS = 2;
const ROW_HEIGHT = 24;
const UPPER_ROW = 144;

interface Moment {
  at: number;
  word: string;
  colour: string;
  dashes?: string;
}

export function momentMarks(series: Series, x: Scale, bottom: number): string {
  const ends = Array.from({ length: ROWS }, () => plot.left);
  const marks = momentsOf(series).map(({ at, word, colour, dashes = '' }) => {
    const words = `${word} ${clockOf(series, at)}`;
    const width = widthOf(words, SIZE);
    const start = Math.min(x(at), plot.right - width);
    const row = ends.findIndex((end) => start >= end);
    const top = UPPER_ROW + Math.max(0, row) * ROW_HEIGHT;
    const upright = line([x(at), top + 6], [x(at), bottom], { colour, dashes });
    // Neither row has room for the label, so only the line is drawn. Its style says which kind of event it is.
    if (row === -1) return { upright, label: '' };
    ends[row] = start + width + 14;
    const fits = start === x(at);
    const label = text(fits ? start : plot.right, top, words, {
      size: SIZE,
      colour,
      anchor: fits ? 'start' : 'end',
      halo: true,
    });
    return { upright, label };
  });
  // Labels are drawn last, so that no line crosses them.
  return [...marks.map(({ upright }) => upright), ...marks.map(({ label }) => label)].join('');
}

function momentsOf({ alerts, rolledBack }: Series): Moment[] {
  const moments: Moment[] = [
    { at: 0, word: 'switch', colour: colours.ink },
    ...alerts.flatMap(({ at, recoveredAt }): Moment[] => [
      { at, word: 'alert', colour: states.degraded.colour, dashes: '3 6' },
      ...(recoveredAt === undefined
        ? []
        : [{ at: recoveredAt, word: 'recovered', colour: states.healthy.colour, dashes: '3 6' }]),
    ]),
    ...(rolledBack === undefined
      ? []
      : [{ at: rolledBack, word: 'rollback', colour: states.unavailable.colour }]),
  ];
  return moments.toSorted((a, b) => a.at - b.at);
}

/** Returns a time in UTC such as `16:02:10`: a picture cannot show each reader's local time. */
export function clockOf({ switchedAt }: Pick<Series, 'switchedAt'>, second: number): string {
  return new Date(switchedAt + second * 1_000).toISOString().slice(11, 19);
}
