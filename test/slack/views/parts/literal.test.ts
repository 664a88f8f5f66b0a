import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isRecord } from '../../../../sandbox/workspace/model.ts';
import { createRedactor } from '../../../../src/deploy/secrets/redactor.ts';
import { cleanMessage } from '../../../../src/slack/api/clean-message.ts';
import { context, section } from '../../../../src/slack/views/parts/blocks.ts';
import { code, quoted } from '../../../../src/slack/views/parts/text.ts';
import { openPage, type Shown } from '../../support/page.ts';
import { table } from '../table/table.ts';

const RUNS = 25;
let page: Awaited<ReturnType<typeof openPage>>;
beforeAll(async () => {
  page = await openPage();
});

/** What stands before the word in drawn.ts; in texts that hold no rich text, what looks the same. */
const BEFORE = /(?:[*_~`:|;/<> \n]|<!|[∗ˍ∼ˋ꞉›])planted/g;

/** A log stands on its own lines, and may begin in the middle of what somebody wrote. */
const readable = ({ tag, children }: Shown): string =>
  (tag === 'pre' ? '\n' : '') +
  children.map((one) => (typeof one === 'string' ? one : readable(one))).join('');

/** What somebody outside has managed to format, mention or link. */
function formatted(shown: Shown): string[] {
  const bare =
    readable(shown)
      .replaceAll(BEFORE, '')
      .match(/.{0,20}planted.{0,20}/g) ?? [];
  const inside = shown.all.filter(
    ({ tag, attributes, text }) =>
      (['a', 'em', 's', 'blockquote'].includes(tag) || attributes['class'] === 'mention') &&
      /planted|evil|channel|here/.test(text + (attributes['href'] ?? '')),
  );
  return [
    ...bare,
    ...(shown.text.includes('🎉') ? ['an emoji'] : []),
    ...inside.map(({ tag, text }) => `${tag}: ${text}`),
  ];
}

const found = (text: string): string[] => formatted(page.text(text, false));

function blocksOf(payload: unknown): unknown[] {
  if (Array.isArray(payload)) return payload.flatMap(blocksOf);
  if (!isRecord(payload)) return [];
  if (Array.isArray(payload['blocks'])) return payload['blocks'];
  return typeof payload['type'] === 'string' ? [payload] : [];
}

function textsOf(payload: unknown): string[] {
  if (Array.isArray(payload)) return payload.flatMap(textsOf);
  return isRecord(payload) && typeof payload['text'] === 'string' ? [payload['text']] : [];
}

/** As it is sent: the announcer and the listeners clean every message last. */
const sent = (payload: object): object => cleanMessage(createRedactor(), payload);

describe('text from outside is shown character by character', () => {
  // A picture has no markup.
  const written = table.filter(({ name }) => name !== 'chartsOf');
  test.each(written.map((entry) => [entry.name, entry] as const))('in %s', (_name, entry) => {
    fc.assert(
      fc.property(entry.drawn, ({ payload }) => {
        const message = sent(payload);
        const shown = blocksOf(message).filter((one) => isRecord(one) && one['type'] !== 'button');
        for (const block of shown) expect(formatted(page.block(block))).toEqual([]);
        // An address in a text for notifications is the reader's to link.
        for (const text of textsOf(message)) expect(formatted(page.text(text, true))).toEqual([]);
        expect(JSON.stringify(message)).not.toMatch(/[\uFDD0-\uFDEF]/);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test.each([
    'the rule *cache* of _ours_ ~gone~ `x`',
    ':tada: <!here> <@U0ADA> @here #general',
    '> quoted, &lt;b&gt; &amp; https://example.com/?a=1&b=2',
    '*a* and *b* with <https://evil|this> and ```three```',
    'snake_case __init__.py **/*.pyc 12:100:3 a:smile:b',
  ])('%s', (text) => {
    for (const block of [
      section(`*Rule*: ${quoted(text, 200)}, said <!date^1795435200^{time}|12:00>`),
      section(quoted(text, 200)),
      section(`in ${code(text, 200)}`),
      context(`⚠️ ${quoted(text, 200)}`),
      context(`⚠️ ${quoted(text, 200)}`, 'at <!date^1795435200^{time}|12:00>'),
    ])
      expect(page.block(block).text).toContain(text);
  });

  test('and our own words are still bold, code, mentions and times', () => {
    const block = section(
      `*live* _soon_ ${code('a`b', 20)} <@U0ADA> <!subteam^S1> <!date^1795435200^{time}|12:00> ${quoted('*x*', 9)}`,
    );
    const tags = page.block(block).all.map(({ tag, attributes }) => attributes['class'] ?? tag);
    expect(tags).toEqual(expect.arrayContaining(['strong', 'em', 'code', 'mention', 'time']));
    expect(page.block(block).text).toContain('live soon a`b @U0ADA @S1 ');
  });

  test('the check is not silently green', () => {
    expect(found('fine *own* planted')).toEqual([]);
    expect(found('\u200B*planted*')).not.toEqual([]);
    expect(found('~planted~')).not.toEqual([]);
    expect(found(':tada:')).not.toEqual([]);
    expect(found('<!channel>')).not.toEqual([]);
    expect(found('https://planted')).not.toEqual([]);
    expect(found('&gt; planted')).not.toEqual([]);
  });
});
