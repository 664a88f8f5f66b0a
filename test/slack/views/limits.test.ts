import { describe, expect, test } from '@jest/globals';
import type { KnownBlock } from '@slack/types';
import * as fc from 'fast-check';
import { messagesOf } from '../../../src/slack/views/messages.ts';
import { problemsOf } from '../../support/slack-limits.ts';
import { deployment } from './table/drawn-deployment.ts';
import { table } from './table/table.ts';

const RUNS = 40;

describe('nothing is made that Slack refuses, that pings, or that breaks the text around it', () => {
  test.each(table.map((entry) => [entry.name, entry] as const))('%s', (_name, entry) => {
    for (const payload of Object.values(entry.states())) expect(problemsOf(payload)).toEqual([]);
    fc.assert(
      fc.property(entry.drawn, ({ payload }) => expect(problemsOf(payload)).toEqual([])),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

test('no two messages of a deployment bear the same key', () => {
  fc.assert(
    fc.property(deployment, (d) => {
      const keys = messagesOf(d, { target: undefined, style: 'plan' }).map(({ key }) => key);
      expect(keys).toEqual([...new Set(keys)]);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

const view = (blocks: KnownBlock[], words = 'text') => problemsOf({ text: words, blocks });
const section = (words: string): KnownBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: words },
});

test.each([
  [[section('fine, <@U0ADA>: `code` *bold* \u200B*')], 'text', ''],
  [[section('x'.repeat(3_001))], 'text', 'less than 3001'],
  [[section('<!channel> hi')], 'text', 'pings'],
  [[section('<https://evil|x>')], 'text', 'not ours'],
  [[section('`half')], 'text', 'without its fellow'],
  [[section('*half')], 'text', 'without its fellow'],
  [[section('\u202Eturned')], 'text', 'character 8238'],
  [[section('\uD83D')], 'text', 'half a character'],
  [[section('fine')], 'x'.repeat(4_001), '4001 characters'],
  [[section('fine')], '<!here>', 'pings'],
  [Array.from({ length: 51 }, () => section('x')), 'text', 'no more than 50'],
])('the limits are not silently green: %j', (blocks, words, problem) => {
  const found = view(blocks, words);
  if (problem === '') expect(found).toEqual([]);
  else expect(found.join()).toContain(problem);
});

test('views and lists of messages are looked into as well', () => {
  expect(problemsOf({ type: 'home', blocks: [] })).not.toEqual([]);
  expect(problemsOf([{ key: 'a', where: 'thread', text: '', blocks: [] }])).not.toEqual([]);
  expect(problemsOf({ type: 'button', text: 'x' })).not.toEqual([]);
});
