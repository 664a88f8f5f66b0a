import {
  x,
  times,
  plain,
  mrkdwn,
  section,
  button,
  actions,
  options,
  select,
  confirm,
} from './samples.ts';
import type { Json } from './samples.ts';

/** What is allowed at the limit, what is refused one past it, and where the pointer then points. */
export const elementLimits: [string, Json[], Json[], string][] = [
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
];
