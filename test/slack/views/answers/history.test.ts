import { expect, test } from '@jest/globals';
import type { HistoryEntry } from '../../../../src/deploy/history/records.ts';
import { historyLine, historyView } from '../../../../src/slack/views/answers/history.ts';

const release = '20261123-160249-1a2b3c4';
const commit = { sha: '1a2b3c4d5e6f', subject: 'Refresh signals' };
const entry: HistoryEntry = {
  id: 'd1',
  at: 0,
  kind: 'deploy',
  release,
  commit,
  by: 'U0ADA',
  ending: 'succeeded',
  ms: 1_000,
};
const unhealthy = { kind: 'release', release, since: 0, unhealthy: true } as const;

test.each<[Partial<HistoryEntry>, RegExp]>([
  [{}, /^✅ Refresh signals `1a2b3c4` · deployed · <@U0ADA> · <!date.*> · 1\.0 s$/u],
  [{ kind: 'config-push' }, /^✅ Config push with Refresh signals `1a2b3c4` · deployed ·/u],
  [{ ending: 'dry-run' }, /^📝 Refresh signals `1a2b3c4` · dry run ·/u],
  [{ users: unhealthy }, /^⚠️ Refresh signals `1a2b3c4` · deployed, but unhealthy ·/u],
  [{ commit: undefined, release: 'older' }, /^✅ `older` · deployed ·/u],
  [{ commit: undefined, release: undefined, ending: 'failed' }, /^❌ Deployment · failed ·/u],
  [
    { commit: undefined, release: undefined, ending: 'failed', failed: { stage: 'checks' } },
    /^❌ Checks failed · <@U0ADA>/u,
  ],
  [
    { ending: 'failed', failed: { stage: 'restart', code: 'service-dies' } },
    /^❌ Refresh signals `1a2b3c4` · Service crashed ·/u,
  ],
])('%j', (more, expected) => {
  const live = { kind: 'nothing' } as const;
  expect(historyLine({ ...entry, ...more }, { live, history: [] })).toMatch(expected);
});

test('a rollback names the commit by the deployment that made the release, and says that it is live', () => {
  const back = { ...entry, commit: undefined, kind: 'rollback' as const };
  const live = { kind: 'release', release, since: 0 } as const;
  expect(historyLine(back, { live, history: [back, entry] })).toMatch(
    /^✅ Rollback to Refresh signals `1a2b3c4` · done, live now ·/u,
  );
});

const on = (name: string) => ({ kind: 'release', release: name, since: 0 }) as const;

test('a release that a person rolled back from is not offered: argo-bot refuses to return to it', () => {
  const [old, bad] = ['20261123-150000-0a1b2c3', '20261123-160249-1a2b3c4'];
  const made = (name: string) => ({ ...entry, release: name, users: on(name) });
  const back = {
    ...made(old),
    kind: 'rollback',
    ending: 'rolled-back',
    commit: undefined,
  } as const;
  const history = [back, made(bad), made(old)];
  const said = JSON.stringify(
    historyView({ service: 'engine', environment: 'prod' }, { live: on(old), history }, 10),
  );
  expect(said).toContain(`· \`${old}\``);
  expect(said).not.toMatch(/1a2b3c4`.*20261123-160249-1a2b3c4|To return to a release/);
});
