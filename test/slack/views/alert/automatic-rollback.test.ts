/** What an alert says of the automatic rollback: the person must know within one line whether to act. */
import { describe, expect, test } from '@jest/globals';
import type { Deployment } from '../../../../src/deploy/record/deployment.ts';
import type { WatchCheck } from '../../../../src/deploy/record/watch-check.ts';
import { alerts } from '../../../../src/slack/views/alert/alert.ts';
import { automaticRollback } from '../../../../src/slack/views/alert/automatic-rollback.ts';
import { stateNamed } from '../table/deployments.ts';
import { targetOf } from '../table/drawn.ts';

const alerted = stateNamed('degraded');
const back = alerted.facts.rollbackTo?.release ?? '';

/** The deployment after these checks, one a second, the last of them as given. */
function after(states: WatchCheck['state'][], last: Partial<WatchCheck> = {}): Deployment {
  const from = alerted.checks[0]?.at ?? 0;
  const checks = states.map((state, index) => ({
    at: from + index * 1_000,
    host: 'host-1',
    state,
    ms: 12,
    ...(index === states.length - 1 ? last : {}),
  }));
  return { ...alerted, checks };
}

const said = (d: Deployment) => automaticRollback(d, targetOf(), Infinity)?.sentence;
const textOf = (d: Deployment): string =>
  alerts(d, { target: targetOf(), style: 'plan' })[0]?.text ?? '';

const few = (checks: number, states: WatchCheck['state'][]) => {
  const target = targetOf();
  const watch = { ...target.place.watch, checks };
  return automaticRollback(
    after(states),
    { ...target, place: { ...target.place, watch } },
    Infinity,
  );
};

describe('the automatic rollback', () => {
  test.each<[WatchCheck['state'][], string]>([
    [['unavailable'], 'argo-bot rolls back automatically after 2 more failed checks in a row.'],
    [
      ['unavailable', 'unavailable'],
      'argo-bot rolls back automatically after 1 more failed check.',
    ],
    [
      ['unavailable', 'degraded'],
      'argo-bot rolls back automatically only if 3 checks in a row fail; the service still answers.',
    ],
    [
      ['degraded', 'healthy'],
      'argo-bot rolls back automatically if 3 checks in a row fail; the last check was healthy.',
    ],
    [['unknown'], 'argo-bot does not roll back while it gets no answers.'],
  ])('after %j', (states, sentence) => {
    expect(said(after(states))).toBe(sentence);
  });

  test('is not promised if the watch ends before', () => {
    expect(few(3, ['healthy', 'unavailable'])?.sentence).toBe(
      'argo-bot does not roll back automatically: the watch ends after 1 more check.',
    );
    expect(few(2, ['unavailable', 'unavailable'])?.sentence).toBe(
      'argo-bot does not roll back automatically: the watch is ending.',
    );
    expect(few(3, ['unavailable', 'unavailable'])?.kind).toBe('soon');
    expect(few(3, ['degraded'])?.kind).toBe('late');
  });

  test('is not promised where it cannot help or cannot be done', () => {
    const outside = { state: 'unavailable', ms: 3, stuck: 'the proxy is down' } as const;
    const stuck = after(['healthy', 'healthy'], { public: outside });
    expect(said(stuck)).toBe('argo-bot does not roll back, because that would not help.');
    const { rollbackTo: _, ...facts } = alerted.facts;
    const first = { ...after(['unavailable']), facts: { ...facts, servedBefore: false } };
    expect(said(first)).toBe('argo-bot cannot roll back, because there is no previous release.');
    expect(automaticRollback(alerted, undefined, Infinity)).toBeUndefined();
  });
});

test('an alert does not speak of errors while the proxy sends users to the previous release', () => {
  const answers = { state: 'degraded', ms: 3, other: back } as const;
  const served = textOf(after(['unavailable', 'unavailable'], { public: answers }));
  expect(served).toContain('The new release of argo-trading in production is down.');
  expect(served).toContain('Meanwhile, nginx sends users to');
  expect(textOf(after(['unavailable', 'unavailable']))).toContain('Users may see errors');
});
