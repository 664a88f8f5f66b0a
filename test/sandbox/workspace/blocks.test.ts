import { describe, expect, test } from '@jest/globals';
import { refuseMessageBlocks } from '../../../sandbox/workspace/blocks/message.ts';
import { refuseView } from '../../../sandbox/workspace/blocks/view.ts';

type Json = Record<string, unknown>;

const x = (length: number) => 'x'.repeat(length);
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const rich = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
const section = (text = 'x'): Json => ({ type: 'section', text: mrkdwn(text) });
const button = (change: Json = {}): Json => ({ type: 'button', text: plain('Go'), ...change });
const actions = (...elements: Json[]): Json => ({ type: 'actions', elements });
const options = (count: number) => times(count, (i) => ({ text: plain('x'), value: `v${i}` }));
const select = (change: Json = {}): Json => ({
  type: 'static_select',
  options: options(2),
  ...change,
});
const task = (index: number, change: Json = {}): Json => ({
  type: 'task_card',
  task_id: `t${index}`,
  title: 'x',
  status: 'pending',
  ...change,
});
const plan = (tasks: Json[], title = 'x'): Json => ({ type: 'plan', title, tasks });
const table = (rows: number, cells: number): Json => ({
  type: 'table',
  rows: times(rows, () => times(cells, () => ({ type: 'raw_text', text: 'x' }))),
});
const dataTable = (rows: number, text = 'x', change: Json = {}): Json => ({
  type: 'data_table',
  caption: 'x',
  rows: times(rows, () => [{ type: 'raw_text', text }]),
  ...change,
});
const confirm = (title: number, text: number, yes: number) => ({
  title: plain(x(title)),
  text: mrkdwn(x(text)),
  confirm: plain(x(yes)),
  deny: plain('No'),
});
const card = (change: Json): Json => ({ type: 'card', body: mrkdwn('x'), ...change });
const container = (children: number, title = 'x'): Json => ({
  type: 'container',
  title: plain(title),
  child_blocks: times(children, () => ({ type: 'divider' })),
});

/** What is allowed at the limit, what is refused one past it, and where the pointer then points. */
const limits: [string, Json[], Json[], string][] = [
  ['blocks', times(50, () => section()), times(51, () => section()), '/blocks'],
  [
    'block_id',
    [{ ...section(), block_id: x(255) }],
    [{ ...section(), block_id: x(256) }],
    '/blocks/0/block_id',
  ],
  ['section text', [section(x(3000))], [section(x(3001))], '/blocks/0/text/text'],
  ['empty text', [section('x')], [section('')], '/blocks/0/text/text'],
  [
    'section fields',
    [{ type: 'section', fields: times(10, () => mrkdwn('x')) }],
    [{ type: 'section', fields: times(11, () => mrkdwn('x')) }],
    '/blocks/0/fields',
  ],
  [
    'section field text',
    [{ type: 'section', fields: [mrkdwn(x(2000))] }],
    [{ type: 'section', fields: [mrkdwn(x(2001))] }],
    '/blocks/0/fields/0/text',
  ],
  [
    'header',
    [{ type: 'header', text: plain(x(150)) }],
    [{ type: 'header', text: plain(x(151)) }],
    '/blocks/0/text/text',
  ],
  [
    'context elements',
    [{ type: 'context', elements: times(10, () => mrkdwn('x')) }],
    [{ type: 'context', elements: times(11, () => mrkdwn('x')) }],
    '/blocks/0/elements',
  ],
  [
    'actions',
    [actions(...times(25, () => button()))],
    [actions(...times(26, () => button()))],
    '/blocks/0/elements',
  ],
  [
    'context_actions',
    [
      {
        type: 'context_actions',
        elements: times(5, () => ({ type: 'icon_button', icon: 'trash', text: plain('x') })),
      },
    ],
    [
      {
        type: 'context_actions',
        elements: times(6, () => ({ type: 'icon_button', icon: 'trash', text: plain('x') })),
      },
    ],
    '/blocks/0/elements',
  ],
  [
    'action_id',
    [actions(button({ action_id: x(255) }))],
    [actions(button({ action_id: x(256) }))],
    '/blocks/0/elements/0/action_id',
  ],
  [
    'button text',
    [actions(button({ text: plain(x(75)) }))],
    [actions(button({ text: plain(x(76)) }))],
    '/blocks/0/elements/0/text/text',
  ],
  [
    'button value',
    [actions(button({ value: x(2000) }))],
    [actions(button({ value: x(2001) }))],
    '/blocks/0/elements/0/value',
  ],
  [
    'button url',
    [actions(button({ url: `https://e.org/${x(2986)}` }))],
    [actions(button({ url: `https://e.org/${x(2987)}` }))],
    '/blocks/0/elements/0/url',
  ],
  [
    'select options',
    [actions(select({ options: options(100) }))],
    [actions(select({ options: options(101) }))],
    '/blocks/0/elements/0/options',
  ],
  [
    'option text',
    [actions(select({ options: [{ text: plain(x(75)), value: 'v' }] }))],
    [actions(select({ options: [{ text: plain(x(76)), value: 'v' }] }))],
    '/blocks/0/elements/0/options/0/text/text',
  ],
  [
    'option value',
    [actions(select({ options: [{ text: plain('x'), value: x(75) }] }))],
    [actions(select({ options: [{ text: plain('x'), value: x(76) }] }))],
    '/blocks/0/elements/0/options/0/value',
  ],
  [
    'placeholder',
    [actions(select({ placeholder: plain(x(150)) }))],
    [actions(select({ placeholder: plain(x(151)) }))],
    '/blocks/0/elements/0/placeholder/text',
  ],
  [
    'overflow',
    [actions({ type: 'overflow', options: options(5) })],
    [actions({ type: 'overflow', options: options(6) })],
    '/blocks/0/elements/0/options',
  ],
  [
    'radio buttons',
    [actions({ type: 'radio_buttons', options: options(10) })],
    [actions({ type: 'radio_buttons', options: options(11) })],
    '/blocks/0/elements/0/options',
  ],
  [
    'checkboxes',
    [actions({ type: 'checkboxes', options: options(10) })],
    [actions({ type: 'checkboxes', options: options(11) })],
    '/blocks/0/elements/0/options',
  ],
  [
    'confirm title',
    [actions(button({ confirm: confirm(100, 1, 1) }))],
    [actions(button({ confirm: confirm(101, 1, 1) }))],
    '/blocks/0/elements/0/confirm/title/text',
  ],
  [
    'confirm text',
    [actions(button({ confirm: confirm(1, 300, 1) }))],
    [actions(button({ confirm: confirm(1, 301, 1) }))],
    '/blocks/0/elements/0/confirm/text/text',
  ],
  [
    'confirm button',
    [actions(button({ confirm: confirm(1, 1, 30) }))],
    [actions(button({ confirm: confirm(1, 1, 31) }))],
    '/blocks/0/elements/0/confirm/confirm/text',
  ],
  [
    'plan tasks',
    [plan(times(50, (i) => task(i)))],
    [plan(times(51, (i) => task(i)))],
    '/blocks/0/tasks',
  ],
  ['plan title', [plan([task(1)], x(256))], [plan([task(1)], x(257))], '/blocks/0/title'],
  [
    'task title',
    [plan([task(1, { title: x(256) })])],
    [plan([task(1, { title: x(257) })])],
    '/blocks/0/tasks/0/title',
  ],
  [
    'task output',
    [plan([task(1, { output: rich(x(256)) })])],
    [plan([task(1, { output: rich(x(257)) })])],
    '/blocks/0/tasks/0/output',
  ],
  [
    'task status',
    [plan([task(1, { status: 'complete' })])],
    [plan([task(1, { status: 'completed' })])],
    '/blocks/0/tasks/0/status',
  ],
  ['task ids', [plan([task(1), task(2)])], [plan([task(1), task(1)])], '/blocks/0/tasks/1/task_id'],
  ['plans', [plan([task(1)])], [plan([task(1)]), plan([task(2)])], '/blocks'],
  ['plan or cards', [task(1), task(2)], [plan([task(1)]), task(2)], '/blocks'],
  ['table rows', [table(100, 1)], [table(101, 1)], '/blocks/0/rows'],
  ['table cells', [table(1, 20)], [table(1, 21)], '/blocks/0/rows/0'],
  ['tables', [table(1, 1)], [table(1, 1), table(1, 1)], '/blocks'],
  ['data_table rows', [dataTable(101)], [dataTable(102)], '/blocks/0/rows'],
  ['data_table least rows', [dataTable(2)], [dataTable(1)], '/blocks/0/rows'],
  ['data_table characters', [dataTable(5, x(2000))], [dataTable(6, x(2000))], '/blocks/0/rows'],
  ['data_table caption', [dataTable(2)], [dataTable(2, 'x', { caption: undefined })], '/blocks/0'],
  [
    'card title',
    [card({ title: mrkdwn(x(150)) })],
    [card({ title: mrkdwn(x(151)) })],
    '/blocks/0/title/text',
  ],
  [
    'card body',
    [card({ body: mrkdwn(x(200)) })],
    [card({ body: mrkdwn(x(201)) })],
    '/blocks/0/body/text',
  ],
  ['container title', [container(1, x(150))], [container(1, x(151))], '/blocks/0/title/text'],
  ['container blocks', [container(10)], [container(11)], '/blocks/0/child_blocks'],
];

describe('message limits', () => {
  test.each(limits)('%s', (_name, allowed, refused, pointer) => {
    expect(refuseMessageBlocks(allowed)).toBeUndefined();
    const refusal = refuseMessageBlocks(refused);
    expect(refusal?.error).toBe('invalid_blocks');
    expect(refusal?.errors.join('\n')).toContain(`[json-pointer:${pointer}]`);
  });

  test('all text together', () => {
    const filled = (last: number) => [
      section(x(3000)),
      section(x(3000)),
      section(x(3000)),
      section(x(last)),
    ];
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

describe('view limits', () => {
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
