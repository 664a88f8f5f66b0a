import { expect, test } from '@jest/globals';
import { checkHost } from '../../../src/deploy/watch/check-host.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { stageContext } from '../../support/stage-context.ts';

const seen = (active: string, ...more: string[]) => [
  `active\t${active}`,
  'restarts\t0',
  'exit_status\t0',
  ...more,
];

async function checked(answer: string[]) {
  const world = createMemoryWorld();
  world.host.slots.green = 'new';
  world.host.active.green = 'active';
  world.host.on['slot-state'] = () => answer;
  const context = stageContext(world, { facts: { slot: 'green', release: 'new' } });
  const [settings] = context.target.place.hosts;
  return settings && checkHost(context, settings, context.deployment);
}

test('a service that answers is healthy', async () => {
  expect(await checked(seen('active'))).toMatchObject({ state: 'healthy' });
});

test('a unit that failed is unavailable, though a process that it left behind still answers', async () => {
  expect(await checked(seen('failed', 'ended\texited 3 ExecStart exit-code'))).toMatchObject({
    state: 'unavailable',
    detail: 'engine-green failed (exit status 3). A process that it left behind still answers',
  });
});
