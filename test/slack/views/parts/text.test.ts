// Tries what people type as a reason, with and without a mark at its end.
import { describe, expect, test } from '@jest/globals';
import { cutEscaped, phrase, quotedSentence } from '../../../../src/slack/views/parts/text.ts';

describe('a text in the middle of a line', () => {
  test.each([
    ['Orders are late.', 'Orders are late'],
    ['orders are late', 'orders are late'],
    ['Are orders late?', 'Are orders late?'],
    ['', ''],
  ])('%j', (text, shown) => expect(phrase(text, 100)).toBe(shown));
});

test.each([
  ['*Users may see errors* now', 12, '*Users may…*'],
  ['*Users* may see errors', 12, '*Users* may…'],
  ['`a*b` and more words', 12, '`a*b` and m…'],
])('%j cut to %d characters leaves no bold text open', (text, limit, shown) => {
  expect(cutEscaped(text, limit)).toBe(shown);
});

describe('a text as a sentence of its own', () => {
  test.each([
    ['orders are late', 'Orders are late.'],
    ['Orders are late.', 'Orders are late.'],
    ['are orders late?', 'Are orders late?'],
    ['<!here> wait', '&lt;!here&gt; wait.'],
    ['it printed:', 'It printed:'],
    ['', 'It gave no reason.'],
  ])('%j', (text, shown) => expect(quotedSentence(text, 100)).toBe(shown));

  test('a long one ends where it was cut', () => {
    expect(quotedSentence('orders '.repeat(40), 20)).toMatch(/^Orders orders.*…$/);
  });
});
