import type { Button, HomeView, KnownBlock, ModalView } from '@slack/types';
import type * as fc from 'fast-check';
import type { Reply } from '../../../../src/slack/contract/interaction.ts';
import type { Chart } from '../../../../src/slack/views/chart/charts.ts';
import { asText } from '../../support/as-text.ts';
import type { Suggestions } from '../../../../src/slack/views/form/commit-options.ts';
import type { PaintedView } from '../../../../src/slack/views/parts/painted-view.ts';

/** What a view function makes: something that Slack is sent, or a part of it. */
export type Payload =
  | PaintedView
  | PaintedView[]
  | Reply
  | KnownBlock[]
  | ModalView
  | HomeView
  | Button
  | Button[]
  | Suggestions
  | Chart[];

export interface Entry {
  /** The view function itself: the table is found by it. */
  made: ViewFunction;
  name: string;
  /** What the golden file holds, by the name of the state. */
  states(): Record<string, Payload>;
  /** Generated payloads, each with the ids of the buttons that its one reader may use. */
  drawn: fc.Arbitrary<Drawn>;
  shown: (payload: Payload) => string;
}

export interface Drawn {
  payload: Payload;
  /** undefined: not said, so a view for one person may hold no button at all. */
  may: readonly string[] | undefined;
}

type ViewFunction = (...args: never[]) => Payload;

interface Wanted<Made extends ViewFunction> {
  /** Arguments by the state they stand for: one golden text each. */
  states: () => Record<string, Parameters<Made>>;
  /** Arguments at random, hostile ones too: see drawn.ts. */
  drawn: fc.Arbitrary<Parameters<Made>>;
  /** For views that one person sees (answers, modals, the Home tab): the ids of the buttons they may use. */
  may?: (...args: Parameters<Made>) => readonly string[];
  /** What the golden file shows of it, where the files of its parts show the rest. */
  shown?: (payload: Payload) => string;
}

/** A line of the table: a view function, then its states and what it is tried with at random. */
export function view<Made extends ViewFunction>(made: Made): (wanted: Wanted<Made>) => Entry {
  return ({ states, drawn, may, shown = asText }) => ({
    made,
    name: made.name,
    shown,
    states: () =>
      Object.fromEntries(Object.entries(states()).map(([name, args]) => [name, made(...args)])),
    drawn: drawn.map((args) => ({ payload: made(...args), may: may?.(...args) })),
  });
}
