import { expect, test } from '@jest/globals';
import { blameOf, framesIn } from '../../../src/deploy/failure/blame.ts';
import { StageFailed } from '../../../src/deploy/record/errors.ts';
import { COMMIT, createMemoryWorld } from '../../support/memory-ports.ts';
import { stageContext } from '../../support/stage-context.ts';

const ROOT = '/opt/engine+1';
const PYTHON = `Traceback (most recent call last):
  File "/usr/lib/python3.11/asyncio/runners.py", line 190, in run
  File "${ROOT}/green/main.py", line 3, in <module>
  File "${ROOT}/releases/20261128-1-aaaaaaa/argo/api/health.py", line 12, in health
ValueError: no signals`;

test('frames of Python are read from the last, others from the first; other files are not the release', () => {
  expect(framesIn(PYTHON, ROOT)).toEqual([
    { path: 'argo/api/health.py', line: 12 },
    { path: 'main.py', line: 3 },
  ]);
  const node = `TypeError: x\n    at run (${ROOT}/blue/src/a.js:7:1)\n    at ${ROOT}/blue/b.js:9:2`;
  expect(framesIn(node, ROOT)).toEqual([
    { path: 'src/a.js', line: 7 },
    { path: 'b.js', line: 9 },
  ]);
  expect(framesIn('File "/opt/engineX1/green/a.py", line 1', ROOT)).toEqual([]);
});

function asked(lastChange: () => Promise<string | undefined>) {
  const world = createMemoryWorld();
  world.ports.source.lastChange = lastChange;
  const context = stageContext(world, { facts: { commit: COMMIT, commits: [COMMIT] } });
  return blameOf(context, PYTHON.replaceAll(ROOT, context.target.place.root));
}

test('only a commit that is new in this release is named', async () => {
  expect(await asked(async () => COMMIT.sha)).toMatchObject({
    path: 'argo/api/health.py',
    line: 12,
    sha: COMMIT.sha,
    author: 'Ada',
  });
  expect(await asked(async () => 'b'.repeat(40))).toBeUndefined();
});

test('a repository that cannot be asked leaves the failure as it is', async () => {
  const refusal = new StageFailed('no git', { code: 'no-git', next: '' });
  expect(await asked(() => Promise.reject(refusal))).toBeUndefined();
});
