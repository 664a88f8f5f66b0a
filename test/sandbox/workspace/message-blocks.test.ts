import { describe, expect, test } from '@jest/globals';
import { refuseMessageBlocks } from '../../../sandbox/workspace/blocks/message.ts';
import { blockLimits } from './block-limits.ts';
import { elementLimits } from './element-limits.ts';
import { x, plain, mrkdwn, section, button, actions, select } from './samples.ts';

const filled = (last: number) => [
  section(x(3000)),
  section(x(3000)),
  section(x(3000)),
  section(x(last)),
];

describe('message limits', () => {
  test.each([...elementLimits, ...blockLimits])('%s', (_name, allowed, refused, pointer) => {
    expect(refuseMessageBlocks(allowed)).toBeUndefined();
    const refusal = refuseMessageBlocks(refused);
    expect(refusal?.error).toBe('invalid_blocks');
    expect(refusal?.errors.join('\n')).toContain(`[json-pointer:${pointer}]`);
  });

  test('all text together', () => {
    expect(refuseMessageBlocks(filled(3000))).toBeUndefined();
    const over = [...filled(3000), section('x')];
    expect(refuseMessageBlocks(over)).toEqual({ error: 'msg_blocks_too_long', errors: [] });
  });

  test.each([
    ['unknown block', [{ type: 'x' }], 'unsupported type: x [json-pointer:/blocks/0/type]'],
    ['a block for views', [{ type: 'alert', text: plain('x') }], 'unsupported type: alert'],
    [
      'inputs',
      [{ type: 'input', label: plain('x'), element: { type: 'plain_text_input' } }],
      'unsupported type: input',
    ],
    [
      'unknown field',
      [{ ...section(), colour: 'red' }],
      'invalid additional property: colour [json-pointer:/blocks/0]',
    ],
    [
      'missing field',
      [{ type: 'header' }],
      'missing required field: text [json-pointer:/blocks/0]',
    ],
    [
      'mrkdwn header',
      [{ type: 'header', text: mrkdwn('x') }],
      'unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]',
    ],
    ['script link', [actions(button({ url: 'javascript:alert(1)' }))], 'must be a valid URL'],
    ['button style', [actions(button({ style: 'default' }))], 'must be a valid enum value'],
    [
      'block_id twice',
      [
        { ...section(), block_id: 'a' },
        { ...section(), block_id: 'a' },
      ],
      '/blocks/1/block_id',
    ],
    [
      'action_id twice',
      [actions(button({ action_id: 'a' })), actions(button({ action_id: 'a' }))],
      '/blocks/1/elements/0/action_id',
    ],
    [
      'foreign initial option',
      [actions(select({ initial_option: { text: plain('x'), value: 'no' } }))],
      'not among the options',
    ],
    ['section without text', [{ type: 'section' }], 'must provide either text or fields'],
    ['not a list', { type: 'section' }, 'must be an array [json-pointer:/blocks]'],
  ])('%s is refused', (_name, blocks, message) => {
    expect(refuseMessageBlocks(blocks)?.errors.join('\n')).toContain(message);
  });
});
