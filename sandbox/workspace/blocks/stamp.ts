import { secret } from '../ids.ts';
import { isRecord, records } from '../model.ts';
import type { Json } from '../model.ts';

const INTERACTIVE =
  /^(button|checkboxes|radio_buttons|overflow|.*_select|.*picker|.*_input|icon_button|feedback_buttons)$/;

function stampElement(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stampElement);
  if (!isRecord(value)) return value;
  const copy: Json = {};
  for (const [key, entry] of Object.entries(value)) copy[key] = stampElement(entry);
  if (typeof copy.type === 'string' && INTERACTIVE.test(copy.type)) copy.action_id ??= secret(3);
  return copy;
}

/** Slack names what the app left unnamed; payloads carry these names back. */
export function stampIds(blocks: unknown): Json[] {
  return records(stampElement(blocks)).map((block) => ({ block_id: secret(3), ...block }));
}
