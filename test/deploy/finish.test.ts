import { expect, test } from '@jest/globals';
import type { Facts } from '../../src/deploy/record/facts.ts';
import { finish } from '../../src/deploy/stages/finish.ts';
import { createMemoryWorld } from '../support/memory-ports.ts';
import { stageContext } from '../support/stage-context.ts';
import { oneUnit, targetWith } from '../support/target.ts';

const after = async (kept: number, facts: Facts, environment: object = {}): Promise<string> => {
  const world = createMemoryWorld();
  world.host.on['finish'] = () => [`kept\t${kept}`];
  const target = targetWith({ environment });
  const { summary } = await finish.run(stageContext(world, { facts, target }));
  return summary;
};
const released: Facts = { release: '20260101-120000-1a2b3c4', slot: 'blue' };
const before: Facts = { rollbackTo: { release: '20260101-110000-0a1b2c3', slot: 'green' } };

test('the end of the first deployment names no slot that was stopped: nothing ran there', async () => {
  expect(await after(1, released)).toBe('1 release kept');
});

test('the end of a later deployment says what became of the old slot', async () => {
  expect(await after(2, { ...released, ...before }, { old_slot: 'stopped' })).toBe(
    '2 releases kept, green stopped',
  );
  expect(await after(2, { ...released, ...before }, { old_slot: 'warm' })).toBe(
    '2 releases kept, green keeps running',
  );
});

test('a service with one unit has no slots to name', async () => {
  expect(await after(2, { ...released, ...before }, oneUnit)).toBe('2 releases kept');
});
