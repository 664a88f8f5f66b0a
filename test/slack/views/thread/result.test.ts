import { expect, test } from '@jest/globals';
import type { Deployment } from '../../../../src/deploy/record/deployment.ts';
import { result } from '../../../../src/slack/views/thread/result.ts';
import { summary } from '../../../../src/slack/views/thread/summary.ts';
import { stateNamed } from '../table/deployments.ts';
import { targetOf } from '../table/drawn.ts';

const view = { target: targetOf(), style: 'plan' } as const;

function rolledBack(reason: string): Deployment {
  const d = stateNamed('rollback by command done');
  return { ...d, request: { ...d.request, kind: 'rollback', reason } };
}

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
