import type { Gauge } from '../model.ts';
import { el } from './element.ts';

/** A value this long gets a line of its own. */
const LONG = 14;

/** A row of figures, each under what it counts. */
export function figures(gauges: readonly Gauge[]): HTMLElement {
  return el(
    'dl',
    { class: 'gauges' },
    gauges.map(({ label, value, well }) =>
      el(
        'div',
        {
          class: ['gauge', !well && 'unwell', value.length > LONG && 'wide']
            .filter(Boolean)
            .join(' '),
        },
        el('dt', {}, label),
        el('dd', {}, value),
      ),
    ),
  );
}
