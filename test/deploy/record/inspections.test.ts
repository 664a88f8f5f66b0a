import { expect, test } from '@jest/globals';
import { fold } from '../../../src/deploy/record/fold.ts';
import { inspectionOf } from '../../../src/deploy/record/requests.ts';
import { readLogs } from '../../../src/deploy/stages/read-logs.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { play } from '../../support/play.ts';
import { request, stageContext } from '../../support/stage-context.ts';

const look = (kind: 'health' | 'logs' | 'diff', more = {}) => ({ kind, ...more });

test('health asks every slot of every host, and takes no claim', async () => {
  const p = await play({ hosts: ['a', 'b'], request: look('health') });
  const [, b] = p.hosts;
  if (b) b.answers = () => ({ body: JSON.stringify({ status: 'degraded', version: 'old' }) });
  if (b) b.slots = { blue: 'old', green: 'older' };
  const d = await p.go();
  expect(d.finished?.ending).toBe('dry-run');
  expect(d.stages.map(({ summary }) => summary)).toEqual(['1 of 2 live slots healthy']);
  expect(d.facts.healthOnHosts).toEqual({
    a: [expect.objectContaining({ slot: 'blue', live: true, release: 'old', state: 'healthy' })],
    b: [
      expect.objectContaining({ slot: 'blue', live: true, state: 'degraded' }),
      expect.objectContaining({ slot: 'green', live: false, state: 'stopped' }),
    ],
  });
  expect(await p.records.claim(request())).toBeUndefined();
  expect(p.host.scripts).toEqual(['inspect']);
});

test('logs come from the live slot, or from the one named, as a file', async () => {
  const p = await play({ request: look('logs', { lines: 2 }) });
  p.host.log = ['one', 'two', 'three'];
  const d = await p.go();
  expect(d.stages[0]?.log).toBe('== engine-blue.service on host-1\ntwo\nthree\n');
  expect(fold(p.records.journal(p.id)).stages[0]?.log).toBe(d.stages[0]?.log);
  const world = createMemoryWorld();
  const named = await readLogs.run(
    stageContext(world, { request: look('logs', { slot: 'green' }) }),
  );
  expect(named.log).toBe('== engine-green.service on host-1\nnothing written\n');
});

test('logs of a host on which nothing is live say so, and how to name a slot', async () => {
  const world = createMemoryWorld();
  world.host.live = undefined;
  await expect(readLogs.run(stageContext(world, { request: look('logs') }))).rejects.toMatchObject({
    code: 'nothing-live',
    next: expect.stringContaining('/argo logs blue'),
  });
});

test('diff shows what of a commit users do not have yet', async () => {
  const p = await play({ request: look('diff') });
  const d = await p.go();
  expect(d.finished?.ending).toBe('dry-run');
  expect(d.stages.map(({ name }) => name)).toEqual(['source', 'files', 'compare-files']);
  expect(d.facts.diff).toBeDefined();
  expect(d.facts.commits).toBeDefined();
  expect(p.host.scripts.every((script) => ['inspect', 'read-manifest'].includes(script))).toBe(
    true,
  );
});

test('what deploys is no look', () => {
  expect([
    inspectionOf(request()),
    inspectionOf(request({ kind: 'config-push', ref: 'x' })),
  ]).toEqual([undefined, undefined]);
});
