import { expect, test } from '@jest/globals';
import { checkProxyConfig, recheckHealth } from '../../../src/deploy/health/recheck-health.ts';
import { failed } from '../../support/memory-host.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { stageContext } from '../../support/stage-context.ts';

function ready() {
  const world = createMemoryWorld();
  world.host.slots.green = 'new';
  world.host.active.green = 'active';
  world.host.log = ['started', 'out of memory'];
  const facts = { slot: 'green', release: 'new', restarts: { 'host-1': 1 } } as const;
  return { world, context: stageContext(world, { facts }) };
}

test('a release that has not died since is still well, however often it had before', async () => {
  const { world, context } = ready();
  world.host.restarts = 1;
  expect(await recheckHealth(context, world.host)).toBe(1);
});

test('one that died while people decided is not, though it answers again', async () => {
  const { world, context } = ready();
  world.host.restarts = 2;
  await expect(recheckHealth(context, world.host)).rejects.toMatchObject({
    code: 'died-since',
    message: expect.stringMatching(
      /crashed once on host-1 after its health was checked \(exit status 1\)\n[^]*out of memory/,
    ),
    log: 'started\nout of memory',
  });
});

test('one that failed is not well, though a process that it left behind still answers', async () => {
  const { world, context } = ready();
  world.host.on['slot-state'] = () => [
    'active\tfailed',
    'restarts\t1',
    'exit_status\t3',
    'ended\texited 3 ExecStart exit-code',
  ];
  await expect(recheckHealth(context, world.host)).rejects.toMatchObject({
    code: 'died-since',
    message:
      'engine-green.service failed on host-1 after its health was checked (exit status 3). A process that it left behind still answers',
  });
});

test('a proxy that was broken meanwhile is said before any traffic moves', async () => {
  const { world, context } = ready();
  await checkProxyConfig(context, world.host);
  world.host.on['test-proxy'] = () => {
    throw failed('host-1', 'unknown directive');
  };
  await expect(checkProxyConfig(context, world.host)).rejects.toMatchObject({
    code: 'proxy-broken',
    message: expect.stringContaining('unknown directive'),
    next: expect.stringContaining('`sudo nginx -t`'),
  });
});
