import { describe, expect, test } from '@jest/globals';
import { refuseView } from '../../../sandbox/workspace/blocks/view.ts';
import { x, times, plain, mrkdwn, section, task, plan, table } from './samples.ts';
import type { Json } from './samples.ts';

const input = (change: Json = {}, element: Json = {}): Json => ({
  type: 'input',
  label: plain('x'),
  element: { type: 'plain_text_input', ...element },
  ...change,
});
const modal = (change: Json = {}): Json => ({
  type: 'modal',
  title: plain('x'),
  submit: plain('x'),
  blocks: [input()],
  ...change,
});

describe('view limits', () => {
  test.each<[string, Json, Json, string]>([
    ['title', { title: plain(x(24)) }, { title: plain(x(25)) }, '/view/title/text'],
    ['submit', { submit: plain(x(24)) }, { submit: plain(x(25)) }, '/view/submit/text'],
    ['close', { close: plain(x(24)) }, { close: plain(x(25)) }, '/view/close/text'],
    ['submit with inputs', {}, { submit: undefined }, '/view/submit'],
    ['callback_id', { callback_id: x(255) }, { callback_id: x(256) }, '/view/callback_id'],
    [
      'private_metadata',
      { private_metadata: x(3000) },
      { private_metadata: x(3001) },
      '/view/private_metadata',
    ],
    [
      'blocks',
      { blocks: times(100, () => section()) },
      { blocks: times(101, () => section()) },
      '/view/blocks',
    ],
    ['no blocks', {}, { blocks: [] }, '/view/blocks'],
    [
      'label',
      { blocks: [input({ label: plain(x(2000)) })] },
      { blocks: [input({ label: plain(x(2001)) })] },
      '/view/blocks/0/label/text',
    ],
    [
      'hint',
      { blocks: [input({ hint: plain(x(2000)) })] },
      { blocks: [input({ hint: plain(x(2001)) })] },
      '/view/blocks/0/hint/text',
    ],
    [
      'input length',
      { blocks: [input({}, { max_length: 3000 })] },
      { blocks: [input({}, { max_length: 3001 })] },
      '/view/blocks/0/element/max_length',
    ],
    ['plan', {}, { blocks: [plan([task(1)])] }, '/view/blocks/0/type'],
    ['table', {}, { blocks: [table(1, 1)] }, '/view/blocks/0/type'],
  ])('%s', (_name, allowed, refused, pointer) => {
    expect(refuseView(modal(allowed), 'modal')).toBeUndefined();
    const refusal = refuseView(modal(refused), 'modal');
    expect(refusal?.error).toBe('invalid_arguments');
    expect(refusal?.errors.join('\n')).toContain(`[json-pointer:${pointer}]`);
  });

  test('a modal is not a Home tab, nor the other way round', () => {
    const home = { type: 'home', blocks: [section()] };
    expect(refuseView(home, 'home')).toBeUndefined();
    expect(refuseView(home, 'modal')?.error).toBe('invalid_arguments');
    expect(refuseView(modal(), 'home')?.error).toBe('invalid_arguments');
  });

  test('250 kB', () => {
    const heavy = times(100, () => ({ type: 'section', fields: times(2, () => mrkdwn(x(1500))) }));
    expect(refuseView(modal({ blocks: heavy }), 'modal')?.error).toBe('view_too_large');
  });
});
