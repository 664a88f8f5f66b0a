import { records, stringOf } from '../model.ts';
import type { Json } from '../model.ts';
import { confirmed } from './confirm.ts';
import { el } from './element.ts';
import { KEEP } from './keep-focus.ts';
import { snapshot } from './state.ts';
import { wording } from './text-object.ts';

/** Sends what was chosen; the page's places (message, modal, Home) know where to. */
export type Press = (actionId: string, value: string | string[] | null) => Promise<void>;

async function send(
  element: Json,
  press: Press,
  value: string | string[] | null,
  node: HTMLElement,
) {
  if (!(await confirmed(element.confirm))) return;
  node.classList.add('busy');
  await press(stringOf(element.action_id), value);
  node.classList.remove('busy');
}

function button(element: Json, press: Press): HTMLElement {
  const style = stringOf(element.style);
  const keep = { [KEEP]: stringOf(element.action_id) };
  const node = el(
    'button',
    { class: `button ${style}`, type: 'button', ...keep },
    wording(element.text),
  );
  if (element.accessibility_label !== undefined)
    node.setAttribute('aria-label', stringOf(element.accessibility_label));
  node.addEventListener('click', () => {
    const url = stringOf(element.url);
    if (/^https?:/.test(url)) window.open(url, '_blank', 'noopener,noreferrer');
    void send(element, press, null, node);
  });
  return node;
}

export function options(element: Json): { value: string; label: string }[] {
  if (element.type === 'users_select') {
    const { users, identity } = snapshot();
    return users
      .filter(({ id }) => id !== identity.botUserId)
      .map(({ id, name }) => ({ value: id, label: name }));
  }
  if (element.type === 'channels_select' || element.type === 'conversations_select')
    return snapshot().channels.map(({ id, name }) => ({ value: id, label: `#${name}` }));
  const grouped = records(element.option_groups).flatMap((group) => records(group.options));
  return [...records(element.options), ...grouped].map((option) => ({
    value: stringOf(option.value),
    label: wording(option.text),
  }));
}

export function select(element: Json, chosen = ''): HTMLSelectElement {
  const hint = wording(element.placeholder) || (element.type === 'overflow' ? '⋯' : 'Choose…');
  return el(
    'select',
    { class: 'select', 'aria-label': hint },
    el('option', { value: '' }, hint),
    ...options(element).map(({ value, label }) =>
      el('option', { value, selected: value === chosen }, label),
    ),
  );
}

function choices(element: Json, press: Press): HTMLElement {
  const type = element.type === 'checkboxes' ? 'checkbox' : 'radio';
  const group = el('div', { class: 'choices' });
  const name = crypto.randomUUID();
  for (const { value, label } of options(element))
    group.append(el('label', {}, el('input', { type, name, value }), label));
  group.addEventListener('change', () => {
    const picked = [...group.querySelectorAll('input')].filter(({ checked }) => checked);
    void send(
      element,
      press,
      picked.map(({ value }) => value),
      group,
    );
  });
  return group;
}

/** An interactive element outside a form: acting on it tells the app at once. */
export function interactive(element: Json, press: Press): HTMLElement {
  if (element.type === 'button' || element.type === 'icon_button') return button(element, press);
  if (element.type === 'checkboxes' || element.type === 'radio_buttons')
    return choices(element, press);
  if (/^(date|time|datetime)picker$/.test(stringOf(element.type)))
    return el('span', { class: 'unsupported' }, `(${stringOf(element.type)})`);
  const node = select(element);
  node.addEventListener('change', () => {
    if (node.value !== '') void send(element, press, node.value, node);
  });
  return node;
}
