import { isRecord, stringOf } from '../model.ts';
import { el } from './element.ts';
import { mrkdwn, plainText } from './mrkdwn.ts';

export function textObject(value: unknown): HTMLElement {
  if (!isRecord(value)) return el('span');
  const text = stringOf(value.text);
  return value.type === 'mrkdwn' ? mrkdwn(text) : el('div', { class: 'text' }, plainText(text));
}

export function wording(value: unknown): string {
  return isRecord(value) ? plainText(stringOf(value.text)) : '';
}
