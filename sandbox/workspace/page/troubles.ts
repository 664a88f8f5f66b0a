import type { ShownTrouble } from '../model.ts';
import { el } from './element.ts';
import { figures } from './figures.ts';
import { KEEP } from './keep-focus.ts';
import { act, snapshot } from './state.ts';
import type { Look } from './state.ts';
import { toast } from './toast.ts';

function trouble(one: ShownTrouble, user: string): HTMLElement {
  const { id, label, about, verb, on, busy, said } = one;
  const click = async () => {
    const { error } = await act('trouble', { user, id, on: !on });
    if (error !== undefined) toast(error);
  };
  const words = on ? 'Mend' : verb;
  const button = el(
    'button',
    {
      class: on ? 'button primary' : 'button',
      type: 'button',
      [KEEP]: id,
      'aria-label': `${words}: ${label}`,
      'aria-busy': busy && 'true',
      disabled: busy,
      on: { click: () => void click() },
    },
    busy ? '…' : words,
  );
  return el(
    'li',
    { class: on ? 'trouble on' : 'trouble', 'data-trouble': id },
    el(
      'div',
      { class: 'grow' },
      el('strong', {}, label),
      el('div', { class: 'quiet' }, about),
      said !== undefined && el('div', { class: 'said', role: 'status' }, said),
    ),
    button,
  );
}

/** Which groups are open; those that people opened or closed stay so. */
const folded = new Map<string, boolean>();

function group(name: string, all: ShownTrouble[], look: Look, last: boolean): HTMLElement {
  const broken = all.filter(({ on }) => on).length;
  const details = el(
    'details',
    { class: 'group', open: folded.get(name) ?? last },
    el(
      'summary',
      { [KEEP]: name },
      name,
      broken > 0 && el('span', { class: 'count' }, String(broken)),
    ),
    el(
      'ul',
      { class: 'troubles' },
      all.map((one) => trouble(one, look.user)),
    ),
  );
  details.addEventListener('toggle', () => folded.set(name, details.open));
  return details;
}

/** Everything that can be broken, under how it is going meanwhile. */
export function troubles(look: Look): HTMLElement[] {
  const all = snapshot().troubles;
  const names = [...new Set(all.map(({ group: name }) => name))];
  return [
    figures(snapshot().gauges),
    ...names.map((name, index) => {
      const these = all.filter((one) => one.group === name);
      return group(name, these, look, index === names.length - 1);
    }),
  ];
}
