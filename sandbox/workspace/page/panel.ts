import { sentCalls } from './calls.ts';
import { el } from './element.ts';
import { keepingFocus } from './keep-focus.ts';
import { go } from './look.ts';
import { snapshot } from './state.ts';
import type { Look, PanelName } from './state.ts';
import { troubles } from './troubles.ts';

const TITLES: Record<PanelName, string> = {
  calls: 'What the bot sends',
  troubles: 'Break something',
};

const title = el('h2', {});
const body = el('div', { class: 'panel-body' });
const close = el(
  'button',
  {
    class: 'close',
    type: 'button',
    'aria-label': 'Close panel',
    on: { click: () => go({ panel: undefined }) },
  },
  '✕',
);

/** Beside the workspace on a wide screen, the lower half of a phone's. */
export const panel = el(
  'section',
  { class: 'panel', 'aria-label': 'Behind the scenes' },
  el('header', { class: 'pane-head' }, title, el('span', { class: 'grow' }), close),
  body,
);

let shown = '';

/** Painted anew only when it would look different, and with the focus kept where it was. */
export function paintPanel(look: Look): void {
  if (look.panel === undefined) return;
  const { calls: sent, acks, troubles: all, gauges } = snapshot();
  const figures = look.panel === 'calls' ? [sent.at(-1)?.id, acks.length] : [all, gauges];
  const key = JSON.stringify([look.panel, look.user, figures]);
  if (key === shown) return;
  shown = key;
  title.replaceChildren(TITLES[look.panel]);
  const top = body.scrollTop;
  const content = look.panel === 'calls' ? sentCalls() : troubles(look);
  keepingFocus(body, () => body.replaceChildren(...content));
  body.scrollTop = top;
}
