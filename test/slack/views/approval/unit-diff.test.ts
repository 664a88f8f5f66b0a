import { expect, test } from '@jest/globals';
import { fold } from '../../../../src/deploy/record/fold.ts';
import { messagesOf } from '../../../../src/slack/views/messages.ts';
import { exampleFacts, prepared } from '../../../support/events.ts';
import { request } from '../../../support/stage-context.ts';
import { targetWith } from '../../../support/target.ts';
import { asText } from '../../support/as-text.ts';

const hosts = { 'host-1': { slots: {}, freeMb: 9_000 } };

/** The card of a first release whose unit has so many lines. */
function card(lines: number, head: string[] = []): string {
  const added = Array.from({ length: lines }, (_, index) => `+Environment=N${index}=1`).join('\n');
  const unitDiff = [...head, added].join('\n');
  const events = prepared({ facts: { ...exampleFacts, hosts, unitDiff } });
  const d = fold([{ type: 'requested', at: 0, id: 'd1', request: request({}) }, ...events]);
  const views = messagesOf(d, { target: targetWith({}), style: 'plan' });
  const found = views.find(({ key }) => key === 'approval');
  return found ? asText(found) : '';
}

test('Details has room for the whole built-in unit, so the card names no file', () => {
  expect(card(45)).toContain('Changes: service definition');
  expect(card(45)).not.toContain('unit.diff');
});

test('a unit that the slot never had is new, not changed', () => {
  expect(card(45, ['@@ -0,0 +1,45 @@'])).toContain('Changes: new service definition');
});

test('a longer unit is a file that the card names, below the risk that nobody can undo', () => {
  expect(card(120)).toMatch(/No previous release[^]*d1-unit\.diff[^]*Changes: service definition/);
});
