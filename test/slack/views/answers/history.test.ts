import { expect, test } from '@jest/globals';
import type { HistoryEntry } from '../../../../src/deploy/history/records.ts';
import { historyLine } from '../../../../src/slack/views/answers/history.ts';

const entry: HistoryEntry = {
  id: 'd1',
  at: 0,
  kind: 'deploy',
  release: '20261123-160249-1a2b3c4',
  by: 'U0ADA',
  ending: 'succeeded',
  ms: 1_000,
};

test.each<[Partial<HistoryEntry>, RegExp]>([
  [{}, /^✅ succeeded `20261123-160249-1a2b3c4` ·/u],
  [{ kind: 'config-push' }, /^✅ succeeded `20261123-160249-1a2b3c4`, a config push ·/u],
  [{ ending: 'dry-run' }, /^📝 dry run `2/u],
  [{ kind: 'rollback', ending: 'succeeded' }, /^✅ rolled back to `/u],
])('%j', (more, expected) => {
  expect(historyLine({ ...entry, ...more })).toMatch(expected);
});
