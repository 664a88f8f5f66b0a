import { describe, expect, test } from '@jest/globals';
import { describeCall } from '../../../sandbox/workspace/described-calls.ts';
import type { Json } from '../../../sandbox/workspace/model.ts';

const call = (method: string, args: Json) => describeCall({ id: 1, at: 0, method, ok: true, args });

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });

describe('what the inspector says of a call', () => {
  test('where it goes, what a reader sees first, and how much it is', () => {
    const blocks = [{ type: 'divider' }, section('Approval needed')];
    expect(call('chat.postMessage', { channel: 'C1', text: 'x', blocks })).toMatchObject({
      channel: 'C1',
      about: 'Approval needed',
      blocks: 2,
      characters: 'Approval needed'.length,
      near: [],
    });
  });

  test('blocks that travel as text in a form are read as well', () => {
    const blocks = JSON.stringify([section('hello')]);
    expect(call('chat.update', { channel: 'C1', text: '', blocks })).toMatchObject({
      about: 'hello',
      blocks: 1,
    });
  });

  test.each([
    [2399, []],
    [2400, [{ at: '/blocks/0/text/text', used: 2400, most: 3000, unit: 'characters' }]],
    [3001, []],
  ])('a section of %i characters', (length, near) => {
    const blocks = [section('x'.repeat(length))];
    expect(call('chat.postMessage', { channel: 'C1', text: '', blocks }).near).toEqual(near);
  });

  test('the text of an update has less room than that of a post', () => {
    const text = 'x'.repeat(3500);
    expect(call('chat.postMessage', { text }).near).toEqual([]);
    expect(call('chat.update', { text }).near).toMatchObject([{ at: '/text', most: 4000 }]);
  });

  test('the number of blocks, and all their characters together', () => {
    const blocks = Array.from({ length: 45 }, () => section('x'.repeat(230)));
    expect(call('chat.postMessage', { text: '', blocks }).near).toMatchObject([
      { at: '/blocks', used: 45, most: 50, unit: 'items' },
      { at: '/blocks', used: 45 * 230, most: 12_000, unit: 'characters' },
    ]);
  });

  test('a view is measured on its surface', () => {
    const title = { type: 'plain_text', text: 'A title of 22 letters.' };
    const view = { type: 'modal', title, blocks: [{ type: 'divider' }] };
    expect(call('views.open', { view })).toMatchObject({
      about: 'A title of 22 letters.',
      near: [{ at: '/view/title/text', used: 22, most: 24 }],
    });
  });
});
