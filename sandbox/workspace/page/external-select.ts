import { isRecord, records, stringOf } from '../model.ts';
import type { Json, View } from '../model.ts';
import { el } from './element.ts';
import { act } from './state.ts';
import { toast } from './toast.ts';
import { wording } from './text-object.ts';

/** A letter later the question is another one. */
const PAUSE_MS = 150;

/** A select whose options the app is asked for: one field to search in, one list to choose from. */
export function externalSelect(view: View, element: Json, answer: Json, user: string) {
  const chosen = isRecord(answer.selected_option) ? answer.selected_option : undefined;
  const hint = wording(element.placeholder) || 'Choose…';
  const search = el('input', { type: 'search', placeholder: 'Search…', 'aria-label': 'Search' });
  const list = el('select', { class: 'select', 'aria-label': hint });
  const fill = (groups: Json[]) => {
    const before = list.value;
    list.replaceChildren(
      el('option', { value: '' }, hint),
      ...(chosen ? [item(chosen)] : []),
      ...groups.map((group) =>
        el('optgroup', { label: wording(group.label) }, records(group.options).map(item)),
      ),
    );
    list.value = before;
  };
  const ask = async () => {
    const action = stringOf(element.action_id);
    const typed = search.value;
    const outcome = await act('suggest', { user, view: view.id, action, typed });
    if (outcome.error !== undefined) toast(`No options: ${outcome.error}`);
    else if (typed === search.value) fill(records(outcome.groups));
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), PAUSE_MS);
  });
  fill([]);
  if (chosen) list.value = stringOf(chosen.value);
  void ask();
  return {
    node: el('div', { class: 'external' }, search, list),
    value: () => (list.value === '' ? null : list.value),
  };
}

function item(option: Json): HTMLOptionElement {
  return el('option', { value: stringOf(option.value) }, wording(option.text));
}
