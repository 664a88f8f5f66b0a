import { isRecord, records, stringOf } from '../model.ts';
import type { Json } from '../model.ts';
import { suggested } from './suggested.ts';
import { answerKey } from './view-state.ts';

const CLICKABLE = /^(button|icon_button|checkboxes|radio_buttons|overflow|.*_select|.*picker)$/;

export interface Target {
  blockId: string;
  element: Json;
}

/** Everything in these blocks that can be acted on, containers and cards included. */
function targets(value: unknown, blockId = ''): Target[] {
  if (Array.isArray(value)) return value.flatMap((item) => targets(item, blockId));
  if (!isRecord(value)) return [];
  const own = typeof value.block_id === 'string' ? value.block_id : blockId;
  const here = CLICKABLE.test(stringOf(value.type)) && typeof value.action_id === 'string';
  const inside = Object.entries(value)
    .filter(([key]) => key !== 'confirm' && key !== 'options')
    .flatMap(([, entry]) => targets(entry, own));
  return here ? [{ blockId: own, element: value }, ...inside] : inside;
}

function label(element: Json): string {
  return isRecord(element.text) ? stringOf(element.text.text) : '';
}

/** By action_id or by what the button says. */
export function findTarget(blocks: unknown, wanted: string): Target {
  const all = targets(blocks);
  const found =
    all.find(({ element }) => element.action_id === wanted) ??
    all.find(({ element }) => label(element) === wanted);
  if (found) return found;
  const names = all.map(({ element }) => `${stringOf(element.action_id)} "${label(element)}"`);
  throw new Error(`nothing to click called ${wanted}; there is: ${names.join(', ') || 'nothing'}`);
}

function optionsOf(element: Json): Json[] {
  const grouped = records(element.option_groups).flatMap((group) => records(group.options));
  const initial = records([element.initial_option]);
  const outside =
    element.type === 'external_select' ? [...(suggested.get(element) ?? []), ...initial] : [];
  return [...records(element.options), ...grouped, ...outside];
}

function optionOf(element: Json, wanted: string): Json {
  const found = optionsOf(element).find(
    (option) => option.value === wanted || label(option) === wanted,
  );
  if (!found) throw new Error(`${stringOf(element.action_id)} has no option ${wanted}`);
  return found;
}

export type Input = string | string[] | null;

/** The element's answer as Slack writes it into state.values and into actions. */
export function answerOf(element: Json, input: Input): Json {
  const key = answerKey(element.type);
  const many = input === null ? [] : [input].flat();
  const one = many[0];
  if (key === 'selected_options')
    return { type: element.type, [key]: many.map((value) => optionOf(element, value)) };
  if (key === 'selected_users') return { type: element.type, [key]: many };
  if (one === undefined || one === '') return { type: element.type, [key]: null };
  if (key === 'selected_option') return { type: element.type, [key]: optionOf(element, one) };
  return { type: element.type, [key]: one };
}

/** One entry of `actions` in a block_actions payload. */
export function actionOf({ blockId, element }: Target, input: Input, ts: string): Json {
  const shared = { action_id: element.action_id, block_id: blockId, action_ts: ts };
  if (element.type !== 'button' && element.type !== 'icon_button')
    return { ...shared, ...answerOf(element, input) };
  return {
    ...shared,
    type: element.type,
    text: element.text,
    ...(element.value !== undefined && { value: element.value }),
    ...(element.style !== undefined && { style: element.style }),
  };
}
