import { expect, test } from '@jest/globals';
import type { Deployment } from '../../../../src/deploy/record/deployment.ts';
import { result } from '../../../../src/slack/views/thread/result.ts';
import { rollback } from '../../../../src/slack/views/thread/rollback.ts';
import { summary } from '../../../../src/slack/views/thread/summary.ts';
import { stateNamed } from '../table/deployments.ts';
import { targetOf } from '../table/drawn.ts';

const view = { target: targetOf(), style: 'plan' } as const;

function rolledBack(reason: string): Deployment {
  const d = stateNamed('rollback by command done');
  return { ...d, request: { ...d.request, kind: 'rollback', reason } };
}

test.each(['rollback by command that left a host behind', 'rollback that left a host behind'])(
  'a %s says which one, why, and what its users may have',
  (state) => {
    const d = stateNamed(state);
    const [ended] = result(d, view);
    const [told] = rollback(d, view.target);
    for (const text of [ended?.text, summary(d, view).text, ...(told ? [told.text] : [])]) {
      expect(text).toMatch(/failed(?: on host-2,|\*?: host-2 )/);
      expect(text).toContain('host-2 (10.0.0.2:22) refuses connections');
      expect(text).toMatch(/users are on .*, but host-2 may have another release/i);
      expect(text).not.toMatch(/is rolling back|no reason given/);
    }
    expect(ended?.text).toMatch(
      /\/argo health` shows when host-2 answers again\. Then `\/argo rollback \d/,
    );
  },
);

test('the next step after a host was left behind escapes its name once', () => {
  const d = stateNamed('rollback that left a host behind');
  const [ended] = result({ ...d, facts: { ...d.facts, leftBehind: { 'a&b': 'off' } } }, view);
  expect(ended?.text).toContain('health` shows when a&amp;b answers again');
});

test.each([
  ['signals are wrong.', 'Reason: signals are wrong. Deployments'],
  ['signals are wrong', 'Reason: signals are wrong. Deployments'],
  ['what is this?', 'Reason: what is this? Deployments'],
])('the end of a rollback with the reason %s has one mark at its end', (reason, said) => {
  const [shown] = result(rolledBack(reason), view);
  expect(shown?.text).toContain(said);
  expect(summary(rolledBack(reason), view).text).toMatch(
    /: (?:signals are wrong|what is this\?) · /,
  );
});
