import { isRecord, stringOf } from '../model.ts';
import { el } from './element.ts';
import { mrkdwn, plainText } from './mrkdwn.ts';

export function textObject(value: unknown): HTMLElement {
  if (!isRecord(value)) return el('span');
  const text = stringOf(value.text);
  if (value.type === 'mrkdwn') return mrkdwn(text, value.verbatim === true);
  return el('div', { class: 'text' }, wording(value));
}

export function wording(value: unknown): string {
  if (!isRecord(value)) return '';
  const text = stringOf(value.text);
  return value.emoji === false ? text : plainText(text);
}
