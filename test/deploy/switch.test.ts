import { expect, test } from '@jest/globals';
import { switchBack, switchTraffic } from '../../src/deploy/stages/switch.ts';
import { createMemoryWorld } from '../support/memory-ports.ts';
import { stageContext } from '../support/stage-context.ts';

const facts = {
  release: 'new',
  slot: 'green' as const,
  rollbackTo: { release: 'old', slot: 'blue' as const },
  hosts: {
    settled: { live: 'blue' as const, slots: { blue: 'old', green: 'new' }, freeMb: 9_000 },
    joined: { slots: {}, freeMb: 9_000 },
  },
};

function world() {
  const w = createMemoryWorld({ hosts: ['settled', 'joined'] });
  for (const host of w.hosts) {
    host.slots = { blue: 'old', green: 'new' };
    host.active = { blue: 'active', green: 'active' };
  }
  const spares = () =>
    w.hosts.map((host) => host.calls.find(({ script }) => script === 'switch')?.parameters);
  return { w, spares };
}

test('the release that users leave stands in for the new one, where there is one', async () => {
  const { w, spares } = world();
  await switchTraffic.run(stageContext(w, { facts }));
  expect(spares()).toEqual([
    expect.objectContaining({ to: 'green', port: 8002, spare_port: 8001 }),
    expect.objectContaining({ to: 'green', port: 8002, spare_port: '' }),
  ]);
});

test('on the way back nobody stands in: the release that is left is the bad one', async () => {
  const { w, spares } = world();
  await switchBack.run(stageContext(w, { facts, request: { kind: 'rollback' } }));
  expect(spares()[0]).toMatchObject({ to: 'blue', port: 8001, spare_port: '' });
});
