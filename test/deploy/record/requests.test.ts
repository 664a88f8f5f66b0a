import { expect, test } from '@jest/globals';
import { fold } from '../../../src/deploy/record/fold.ts';
import { JournalEvent } from '../../../src/deploy/record/journal-event.ts';
import { describeRequest, isDryRun } from '../../../src/deploy/record/requests.ts';
import { HistoryEntry } from '../../../src/deploy/history/records.ts';
import { request } from '../../support/stage-context.ts';

/** As version 0.1.0 wrote it: one kind for all but rollbacks, and a plan. */
const earlier = (plan: string, more: object = {}) => ({
  type: 'requested',
  at: 1,
  id: 'd1',
  request: { ...request(), dryRun: false, plan, ...more },
});
const read = (event: object) => fold([JournalEvent.parse(event)]).request;

test.each(['restart', 'config-push'] as const)('an earlier plan %s is a kind now', (plan) => {
  const { kind } = read(earlier(plan, { ref: 'a1b2c3d' }));
  expect(kind).toBe(plan);
  expect(HistoryEntry.parse(entry(plan)).kind).toBe(plan);
});

test.each(['health', 'logs', 'diff', 'config-check', 'config-diff'])(
  'an earlier inspection, %s, reads as a dry run',
  (plan) => {
    const asked = read(earlier(plan, { dryRun: true, lines: 20 }));
    expect(asked.kind).toBe('deploy');
    expect(isDryRun(asked)).toBe(true);
  },
);

test('an earlier deployment and rollback stay what they are', () => {
  expect(read(earlier('release')).kind).toBe('deploy');
  const back = read(earlier('release', { kind: 'rollback', slot: 'idle' }));
  expect(back.kind).toBe('rollback');
  expect(describeRequest(back).rollsBack).toBe(true);
  expect(HistoryEntry.parse(entry('release')).kind).toBe('deploy');
});

function entry(plan: string) {
  return { id: 'd1', at: 1, kind: 'deploy', plan, by: 'U0ADA', ending: 'succeeded', ms: 1 };
}
