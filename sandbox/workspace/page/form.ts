import { isRecord, records, stringOf } from '../model.ts';
import type { Json, View } from '../model.ts';
import { el } from './element.ts';
import { options, select } from './elements.ts';
import type { Press } from './elements.ts';
import { externalSelect } from './external-select.ts';
import { wording } from './text-object.ts';

export interface Field {
  readonly node: HTMLElement;
  readonly blockId: string;
  value(): string | string[] | null;
  fail(message: string | undefined): void;
}

function initial(view: View, block: Json, element: Json): Json {
  return view.state.values[stringOf(block.block_id)]?.[stringOf(element.action_id)] ?? {};
}

interface Control {
  node: HTMLElement;
  value: () => string | string[] | null;
}

function choices(element: Json, answer: Json): Control {
  const many = element.type === 'checkboxes';
  const chosen = many
    ? records(answer.selected_options)
    : [answer.selected_option].filter(isRecord);
  const picked = new Set(chosen.map(({ value }) => value));
  const name = stringOf(element.action_id);
  const boxes = options(element).map(({ value, label }) => {
    const type = many ? 'checkbox' : 'radio';
    return { label, box: el('input', { type, name, value, checked: picked.has(value) }) };
  });
  const marked = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return {
    node: el(
      'div',
      { class: 'choices' },
      boxes.map(({ box, label }) => el('label', {}, box, label)),
    ),
    value: () => (many ? marked() : (marked()[0] ?? null)),
  };
}

function control(view: View, element: Json, answer: Json, user: string): Control {
  const type = stringOf(element.type);
  if (type === 'external_select') return externalSelect(view, element, answer, user);
  if (type === 'radio_buttons' || type === 'checkboxes') return choices(element, answer);
  if (type.endsWith('_select')) {
    const option = isRecord(answer.selected_option) ? answer.selected_option.value : undefined;
    const single = option ?? answer.selected_user ?? answer.selected_channel;
    const node = select(element, stringOf(single));
    const many = type.startsWith('multi_');
    return { node, value: () => (node.value === '' ? null : many ? [node.value] : node.value) };
  }
  const kind = type === 'datepicker' ? 'date' : type === 'timepicker' ? 'time' : 'text';
  const limits = { minlength: element.min_length, maxlength: element.max_length };
  const placeholder = wording(element.placeholder);
  const node =
    element.multiline === true
      ? el('textarea', { rows: 4, placeholder, ...limits })
      : el('input', { type: kind, placeholder, ...limits });
  node.value = stringOf(answer.value ?? answer.selected_date ?? answer.selected_time);
  return { node, value: () => node.value };
}

/** A field that tells the app at once does so by `press`. */
export function field(view: View, block: Json, user: string, press: Press): Field {
  const element = isRecord(block.element) ? block.element : {};
  const { node, value } = control(view, element, initial(view, block, element), user);
  if (block.dispatch_action === true)
    node.addEventListener('change', () => void press(stringOf(element.action_id), value()));
  const complaint = el('div', { class: 'complaint', role: 'alert' });
  const optional = block.optional === true && el('span', { class: 'quiet' }, ' (optional)');
  const hint = block.hint !== undefined && el('div', { class: 'quiet' }, wording(block.hint));
  const label = el('span', { class: 'label' }, wording(block.label), optional);
  const grouped = /choices|external/.test(node.className);
  return {
    node: el(grouped ? 'div' : 'label', { class: 'field' }, label, node, hint, complaint),
    blockId: stringOf(block.block_id),
    value,
    fail: (message) => complaint.replaceChildren(message ?? ''),
  };
}
