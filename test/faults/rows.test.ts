import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { faults } from '../../faults/all.ts';
import { places } from '../../faults/world.ts';
import { lastLine, lineOf } from '../../faults/report.ts';
import { phasesOf, stagesOf } from '../../src/deploy/record/plan.ts';
import { RequestSchema } from '../../src/deploy/record/events.ts';

const stages = (environment: keyof typeof places): Set<string> => {
  const request = RequestSchema.parse({
    kind: 'deploy',
    service: 'engine',
    environment,
    strategy: places[environment].strategy,
    origin: { user: 'U1', channel: 'C1', team: 'T1' },
  });
  const all = phasesOf(request).flatMap((phase) => stagesOf(request, phase));
  return new Set(all.map(({ name }) => name));
};

test('every fault has a name of its own', () => {
  const names = faults.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name))).toEqual([]);
});

test('there are as many as were asked for, and several of every incident the team has had', () => {
  expect(faults.length).toBeGreaterThanOrEqual(45);
  const variants = [1, 2, 3, 4, 5].map(
    (incident) => faults.filter((fault) => fault.incident === incident).length,
  );
  expect(Math.min(...variants)).toBeGreaterThanOrEqual(2);
});

test('every fault names a stage that there is', () => {
  const unknown = faults.filter(
    ({ stage, environment = 'production' }) => !stages(environment).has(stage),
  );
  expect(unknown).toEqual([]);
  expect(faults.filter(({ environment }) => environment === 'single').length).toBeGreaterThan(3);
});

test('whatever stops a deployment has a code', () => {
  expect(faults.filter(({ outcome, code }) => outcome !== 'shown' && !code)).toEqual([]);
});

test('the last line counts, and a row that went wrong says how', () => {
  const stop = { stage: 'files', code: 'files-missing', message: 'a.py\nb.py', log: undefined };
  const well = { name: 'one', wrong: [], stop, ms: 1_234, traffic: undefined, events: [] };
  const bad = { ...well, name: 'two', wrong: ['it was not stopped'] };
  expect(lastLine([well, bad, well])).toBe('2 passed, 1 failed');
  expect(lineOf(well)).toMatch(/^one +files +files-missing +1\.2 +- +a\.py$/);
  expect(lineOf(bad)).toContain('\n  NOT OK it was not stopped');
});

test('the journal of each row is recorded, and of no other', () => {
  const recorded = readdirSync('test/slack/views/recorded').map((file) =>
    file.replace(/\.json$/, ''),
  );
  expect(recorded.toSorted()).toEqual(faults.map(({ name }) => name).toSorted());
});
