import { isRecord, records, stringOf } from '../model.ts';
import type { Json, View } from '../model.ts';

type State = View['state'];

/** The key that holds an element's answer in `state.values`, by its type. */
const ANSWER: Record<string, string> = {
  static_select: 'selected_option',
  external_select: 'selected_option',
  radio_buttons: 'selected_option',
  overflow: 'selected_option',
  checkboxes: 'selected_options',
  multi_static_select: 'selected_options',
  users_select: 'selected_user',
  multi_users_select: 'selected_users',
  channels_select: 'selected_channel',
  conversations_select: 'selected_conversation',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  datetimepicker: 'selected_date_time',
};

export function answerKey(type: unknown): string {
  return ANSWER[stringOf(type)] ?? 'value';
}

const INITIAL = [
  'initial_value',
  'initial_option',
  'initial_options',
  'initial_user',
  'initial_users',
  'initial_channel',
  'initial_conversation',
  'initial_date',
  'initial_time',
  'initial_date_time',
];

/** Every element that keeps an answer, with the block it stands in. */
export function statefulElements(blocks: Json[]): { block: Json; element: Json }[] {
  return blocks.flatMap((block) => {
    const own = [block.element, block.accessory].filter(isRecord);
    const listed = block.type === 'actions' ? records(block.elements) : [];
    return [...own, ...listed]
      .filter((element) => element.type !== 'button' && element.type !== 'image')
      .map((element) => ({ block, element }));
  });
}

/** What the fields hold before anyone typed; answers to fields that stay survive an update. */
export function initialState(blocks: Json[], previous?: State): State {
  const values: State['values'] = {};
  for (const { block, element } of statefulElements(blocks)) {
    const blockId = stringOf(block.block_id);
    const actionId = stringOf(element.action_id);
    const kept = previous?.values[blockId]?.[actionId];
    const key = answerKey(element.type);
    const given = INITIAL.map((name) => element[name]).find((value) => value !== undefined);
    const many = key === 'selected_options' || key === 'selected_users';
    const empty = { type: element.type, [key]: given ?? (many ? [] : null) };
    (values[blockId] ??= {})[actionId] = kept && kept.type === element.type ? kept : empty;
  }
  return { values };
}
