import { expect, test } from '@jest/globals';
import type { HttpAnswer } from '../../../src/deploy/ports/ports.ts';
import {
  checkProxyConfig,
  measureBaseline,
  recheckHealth,
} from '../../../src/deploy/health/recheck-health.ts';
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

/** A host whose service says that it took `ms`, of which the connection took all but 5. `answer` decides when. */
function serving(ms: number, answer: (asked: number) => Promise<void>) {
  const { world, context } = ready();
  const seen = { asked: 0 };
  const get = async (): Promise<HttpAnswer> => {
    seen.asked += 1;
    await answer(seen.asked);
    return { status: 200, headers: {}, body: '{"status": "healthy"}', ms, connectMs: ms - 5 };
  };
  return { context, seen, host: Object.assign(world.host, { get }) };
}

test('of the live release, eight answers are measured, and seven of them in one round trip', async () => {
  const all = Promise.withResolvers<void>();
  const { context, host } = serving(5, async (asked) => {
    if (asked === 8) all.resolve();
    if (asked > 1) await all.promise;
  });
  expect(await measureBaseline(context, host, 'blue')).toEqual(Array(8).fill(5));
});

test('a slow service gets one request until it answers, and few after that', async () => {
  const first = Promise.withResolvers<void>();
  const { context, host, seen } = serving(1_000, () => first.promise);
  const measured = measureBaseline(context, host, 'blue');
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen.asked).toBe(1);
  first.resolve();
  expect(await measured).toEqual(Array(4).fill(1_000));
});

test('nothing is asked where nothing is live', async () => {
  const { context, host, seen } = serving(5, async () => undefined);
  expect(await measureBaseline(context, host, undefined)).toEqual([]);
  expect(seen.asked).toBe(0);
});
