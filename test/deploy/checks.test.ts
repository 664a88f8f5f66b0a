import { expect, test } from '@jest/globals';
import { checks } from '../../src/deploy/stages/checks.ts';
import { COMMIT, createMemoryWorld } from '../support/memory-ports.ts';
import { done, failed, finished } from '../support/events.ts';
import { request, stageContext } from '../support/stage-context.ts';
import { targetWith } from '../support/target.ts';

const digest = 'ab'.repeat(32);
const files = ['main.py', 'old.py', 'notes.txt'].map((path) => ({
  path,
  sha256: digest,
  bytes: 1,
  mode: 0o644,
}));
const live = 'c'.repeat(40);

/** A world whose record says that a commit is live, and which Python files were asked about. */
async function world(python: boolean | 'all' | 'changed', changed?: string[]) {
  const asked: string[][] = [];
  const w = createMemoryWorld();
  w.files.discover = async () => ({ files, left: [], problems: [] });
  w.ports.source.changed = async (_settings, from) =>
    from === live && changed ? new Set(changed) : undefined;
  w.ports.python.check = async ({ files: some }) => {
    asked.push(some.map(({ path }) => path));
    return { findings: [], leftOut: [], version: '3.11' };
  };
  const created = await w.records.create(request());
  if (created.kind !== 'created') throw new Error(created.kind);
  await w.records.append(
    created.deployment.id,
    { type: 'intent', at: 1, stage: 'source' },
    {
      type: 'done',
      at: 1,
      stage: 'source',
      ms: 1,
      summary: '',
      warnings: [],
      skipped: false,
      facts: { release: 'r1', commit: { ...COMMIT, sha: live } },
    },
    ...done('switch'),
    finished('succeeded'),
  );
  const target = targetWith({ service: { checks: { python } } });
  const run = () => checks.run(stageContext(w, { target, facts: { commit: COMMIT } }));
  return { run, asked };
}

test.each([true, 'all'] as const)('python: %s asks about every Python file', async (python) => {
  const { run, asked } = await world(python, ['main.py']);
  expect((await run()).summary).toBe('2 Python files, no tests declared');
  expect(asked).toEqual([['main.py', 'old.py']]);
});

test('python: changed asks only about what differs from the live commit', async () => {
  const { run, asked } = await world('changed', ['main.py', 'notes.txt', 'gone.py']);
  expect((await run()).summary).toBe('1 changed Python files, no tests declared');
  expect(asked).toEqual([['main.py']]);
});

test('where nobody can say what has changed, all of it has', async () => {
  const { run, asked } = await world('changed');
  expect((await run()).summary).toBe('2 Python files, no tests declared');
  expect(asked).toEqual([['main.py', 'old.py']]);
});

test('python: false asks nobody', async () => {
  const { run, asked } = await world(false);
  expect(await run()).toMatchObject({ skipped: true });
  expect(asked).toEqual([]);
});

/** A first try, its checks passed or not, and the stage as the retry runs it. */
async function retried(events: 'passed' | 'failed', checksNow: object = {}) {
  const w = createMemoryWorld();
  w.files.discover = async () => ({ files, left: [], problems: [] });
  let asked = 0;
  w.ports.python.check = async () => {
    asked += 1;
    return { findings: [], leftOut: [], version: '3.11' };
  };
  const created = await w.records.create(request());
  if (created.kind !== 'created') throw new Error(created.kind);
  const { id } = created.deployment;
  const first = await checks.run(stageContext(w, { facts: { commit: COMMIT } }));
  await w.records.append(
    id,
    ...(events === 'passed'
      ? done('checks', first.summary, { facts: { ...first.facts }, warnings: ['slow'] })
      : failed('checks')),
    finished('failed'),
  );
  const given = { facts: { commit: COMMIT }, request: { retryOf: id } };
  const target = targetWith({ service: { checks: checksNow } });
  const again = await checks.run(stageContext(w, { ...given, target }));
  return { again, asked };
}

test('a retry does not prove again what the same commit has passed, and brings its warnings', async () => {
  const { again, asked } = await retried('passed');
  expect(again).toMatchObject({ skipped: true, warnings: ['slow'] });
  expect(again.summary).toContain('passed before');
  expect(asked).toBe(1);
});

test.each([
  ['what has failed', 'failed', {}],
  ['where argo.yml asks for something else now', 'passed', { python: 'all' }],
] as const)('a retry proves again: %s', async (_name, events, checksNow) => {
  const { again, asked } = await retried(events, checksNow);
  expect(again.summary).toBe('2 Python files, no tests declared');
  expect(asked).toBe(2);
});
