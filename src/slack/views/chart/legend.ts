// Draws the legend of a chart: a sample and the meaning of each mark in the chart.
import { counted } from '../parts/text.ts';
import { bar, colours, line, states, text, triangle, widthOf } from './style.ts';
import type { Series } from './series.ts';

const SIZE = 20;
const MARK = 24;
const GAP = 26;

interface Entry {
  mark: (left: number, bottom: number) => string;
  words: string;
}

export function legend(series: Series, top: number, [from, to]: [number, number]): string {
  let [left, bottom] = [from, top];
  return entriesOf(series)
    .map(({ mark, words }) => {
      const width = MARK + 8 + widthOf(words, SIZE);
      if (left + width > to && left > from) [left, bottom] = [from, bottom + 34];
      const drawn = `${mark(left, bottom)}${text(left + MARK + 8, bottom, words, { size: SIZE, colour: colours.soft })}`;
      left += width + GAP;
      return drawn;
    })
    .join('');
}

function entriesOf({ points, before, hosts, restarts }: Series): Entry[] {
  const seen = (['healthy', 'degraded', 'unavailable', 'unknown'] as const).filter((state) =>
    points.some((point) => point.state === state || point.public === state),
  );
  return [
    { mark: sample(colours.after), words: `answer time${hosts > 1 ? ', slowest host' : ''}` },
    ...(before ? [{ mark: sample(colours.before, '8 7'), words: 'median before the switch' }] : []),
    ...seen.map((state) => ({
      mark: (left: number, bottom: number) => bar(left + 3, bottom + 3, 18, state),
      words: states[state].word,
    })),
    ...(restarts > 0
      ? [
          {
            mark: (left: number, bottom: number) => triangle(left + 12, bottom),
            words: counted(restarts, 'restart'),
          },
        ]
      : []),
  ];
}

function sample(colour: string, dashes = ''): Entry['mark'] {
  return (left, bottom) => line([left, bottom - 7], [left + MARK, bottom - 7], { colour, dashes });
}
