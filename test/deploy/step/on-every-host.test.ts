import { describe, expect, test } from '@jest/globals';
import { Fenced, StageFailed } from '../../../src/deploy/record/errors.ts';
import { agreedOrEach, onEveryHost, runScript } from '../../../src/deploy/step/on-every-host.ts';
import { failed, linkLost } from '../../support/memory-host.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { stageContext } from '../../support/stage-context.ts';

const NAMES = ['host-1', 'host-2', 'host-3'];
const fenced = (epoch: number) =>
  new Fenced('over', { code: 'fenced', next: 'Nothing.', cause: { epoch } });

/** What becomes of it when these hosts fail like this. */
async function outcome(failures: Record<string, Error>): Promise<unknown> {
  const context = stageContext(createMemoryWorld({ hosts: NAMES }));
  try {
    return await onEveryHost(context, async ({ name }) => {
      const error = failures[name];
      if (error) throw error;
      return name.toUpperCase();
    });
  } catch (error) {
    return error;
  }
}

describe('the same on every host', () => {
  test('gives the answer of each', async () => {
    expect(await outcome({})).toEqual({
      'host-1': 'HOST-1',
      'host-2': 'HOST-2',
      'host-3': 'HOST-3',
    });
  });

  test('waits for all of them, also when one has failed: none is left half-done', async () => {
    const context = stageContext(createMemoryWorld({ hosts: NAMES }));
    const { promise: slow, resolve: go } = Promise.withResolvers<void>();
    const ended: string[] = [];
    const all = onEveryHost(context, async ({ name }) => {
      if (name === 'host-1') throw failed(name, 'disk full');
      await slow;
      ended.push(name);
    });
    await Promise.resolve();
    go();
    await expect(all).rejects.toThrow('disk full');
    expect(ended).toEqual(['host-2', 'host-3']);
  });

  test('fails with one failure that names the other hosts', async () => {
    const error = await outcome({
      'host-1': failed('host-1', 'disk full'),
      'host-3': failed('host-3', 'no sudo'),
    });
    expect(error).toBeInstanceOf(StageFailed);
    expect(error).toMatchObject({
      host: 'host-1',
      message: 'it exited 1 on host-1: disk full\nhost-3: it exited 1: no sudo',
    });
  });

  test('puts the other hosts before the log of the first, and says which failed in the same way', async () => {
    const error = await outcome({
      'host-1': failed('host-1', 'it crashed\nTraceback of host-1'),
      'host-2': failed('host-2', 'it crashed\nTraceback of host-2'),
    });
    expect(error).toMatchObject({
      message: 'it exited 1 on host-1: it crashed\nhost-2: the same failure\nTraceback of host-1',
    });
  });

  test.each<[string, Record<string, Error>, string]>([
    [
      'a certain failure before a lost link, which would be tried again',
      { 'host-1': linkLost('host-1'), 'host-2': failed('host-2', 'x') },
      'script-failed',
    ],
    [
      'a newer owner before everything',
      { 'host-1': failed('host-1', 'x'), 'host-3': fenced(9) },
      'fenced',
    ],
    ['a lost link when there is nothing else', { 'host-2': linkLost('host-2') }, 'link-lost'],
  ])('says %s', async (_name, failures, code) => {
    expect(await outcome(failures)).toMatchObject({ code });
  });

  test('says the highest epoch that a host knows', async () => {
    const failures = { 'host-1': fenced(4), 'host-2': fenced(40), 'host-3': fenced(14) };
    expect(await outcome(failures)).toMatchObject({ cause: { epoch: 40 } });
  });
});

test('every script is told the root, the deployment, the epoch and where users are', async () => {
  const world = createMemoryWorld();
  await runScript(stageContext(world, { epoch: 7 }), world.host, 'claim', { more: 1 });
  expect(world.host.calls).toEqual([
    {
      script: 'claim',
      parameters: {
        root: '/opt/engine',
        strategy: 'proxy',
        deployment: 'd1',
        epoch: 7,
        upstream: 'engine',
        upstream_file: '/etc/nginx/conf.d/engine.conf',
        port_blue: 8001,
        port_green: 8002,
        unit_blue: 'engine-blue.service',
        unit_green: 'engine-green.service',
        log_files: '',
        user: 'engine',
        unit_allow: '',
        more: 1,
      },
    },
  ]);
});

test('what hosts agree on is said once', () => {
  expect(agreedOrEach({ a: 3, b: 3 }, String)).toBe('3');
  expect(agreedOrEach({ a: 3, b: 4 }, String)).toBe('a: 3, b: 4');
});
