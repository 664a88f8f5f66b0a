import { expect, test } from '@jest/globals';
import { findingSummary } from '../../../../src/slack/views/inspections/findings.ts';
import { targetOf } from '../table/drawn.ts';

const target = targetOf();
const commit = { sha: '1a2b3c4d5e6f', subject: 'Refresh signals', author: 'Ada', at: 0 };
const diff = (from: string | undefined, added: number) =>
  findingSummary(
    {
      kind: 'diff',
      facts: {
        commit,
        commits: [],
        fileChanges: [{ hosts: ['host-1'], from, added, changed: 0, deleted: 0 }],
      },
    },
    target,
  );

test('a diff does not speak of a live release where there is none, nor of zero commits', () => {
  expect(diff(undefined, 18)).toBe(
    'nothing is live yet. `1a2b3c4` would be the first release, with 18 files.',
  );
  expect(diff('r1', 1)).toBe('`1a2b3c4` compared with the live release: 1 file differs.');
  expect(diff('r1', 0)).toBe('`1a2b3c4` compared with the live release: no difference.');
});

test('a config diff does not speak for a host that did not answer', () => {
  const configs = { 'host-1': { changes: [], drift: [] } };
  expect(findingSummary({ kind: 'config-diff', configs }, target)).toBe(
    '`host-1` has the config of the newest commit; `host-2` did not answer.',
  );
});
