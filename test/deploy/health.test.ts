import { describe, expect, test } from '@jest/globals';
import { awaitHealthy } from '../../src/deploy/health/health-check.ts';
import { probe } from '../../src/deploy/health/probe.ts';
import type { HttpAnswer } from '../../src/deploy/ports/ports.ts';
import { confirm } from '../../src/deploy/stages/confirm.ts';
import { linkLost, refused } from '../support/memory-host.ts';
import { createMemoryWorld } from '../support/memory-ports.ts';
import { stageContext } from '../support/stage-context.ts';
import { targetWith } from '../support/target.ts';

const url = new URL('http://127.0.0.1:8002/health');
const target = targetWith();
const { health: settings } = target.settings;
/** For what must become healthy, however late a busy machine lets it ask; the usual limit is for what never does. */
const patient = targetWith({ service: { health: { ...settings, timeout_seconds: 3_000 } } });
const { signal } = new AbortController();
const json = (value: unknown): string => JSON.stringify(value);

function serving(answer: (asked: number) => Partial<HttpAnswer>, release = 'new') {
  const world = createMemoryWorld();
  world.host.slots.green = release;
  world.host.active.green = 'active';
  let asked = 0;
  world.host.answers = () => answer((asked += 1));
  return {
    world,
    context: stageContext(world, { target: patient }),
    hasty: stageContext(world),
    asked: () => asked,
  };
}

describe('one health answer', () => {
  test.each<[string, Partial<HttpAnswer>, string]>([
    ['{"status":"healthy"}', { body: json({ status: 'healthy' }) }, 'healthy'],
    ['{"status":"ok"}', { body: json({ status: 'ok' }) }, 'healthy'],
    ['degraded with 200', { body: json({ status: 'degraded' }) }, 'degraded'],
    ['degraded with 503', { status: 503, body: json({ status: 'degraded' }) }, 'degraded'],
    ['healthy with 500', { status: 500, body: json({ status: 'healthy' }) }, 'unavailable'],
    ['a redirect', { status: 302, body: json({ status: 'healthy' }) }, 'unavailable'],
    ['a word nobody declared', { body: json({ status: 'fine' }) }, 'unavailable'],
    ['no status', { body: '{}' }, 'unavailable'],
    ['a status that is no text', { body: json({ status: true }) }, 'unavailable'],
    ['no JSON', { body: '<html>' }, 'unavailable'],
  ])('%s', async (_name, answer, state) => {
    const { world } = serving(() => answer);
    expect((await probe(world.host, url, target, signal)).state).toBe(state);
  });

  test('of a service without a status is judged by its code', async () => {
    const plain = targetWith({ service: { health: { path: '/' } } });
    expect((await probe(serving(() => ({ body: 'x' })).world.host, url, plain, signal)).state).toBe(
      'healthy',
    );
    expect(
      (await probe(serving(() => ({ status: 404 })).world.host, url, plain, signal)).state,
    ).toBe('unavailable');
  });

  test('that does not come is the service; a link that breaks is not', async () => {
    const { world } = serving(() => {
      throw refused('host-1', url);
    });
    expect((await probe(world.host, url, target, signal)).state).toBe('unavailable');
    const cut = serving(() => {
      throw linkLost('host-1');
    });
    await expect(probe(cut.world.host, url, target, signal)).rejects.toMatchObject({
      code: 'link-lost',
    });
  });
});

describe('waiting for health', () => {
  test('wants several good answers in a row', async () => {
    const { world, context, asked } = serving((n) => (n === 2 ? { status: 500 } : {}));
    expect((await awaitHealthy(context, world.host, { slot: 'green', release: 'new' })).state).toBe(
      'healthy',
    );
    expect(asked()).toBe(4);
  });

  test.each<[string, Partial<HttpAnswer>, string, string]>([
    ['never healthy', { status: 500 }, 'unhealthy', 'HTTP 500'],
    [
      'another release',
      { body: json({ status: 'healthy', version: 'old' }) },
      'wrong-release-answers',
      'answers as release old',
    ],
    [
      'no release',
      { body: json({ status: 'healthy' }) },
      'wrong-release-answers',
      'has no field "version"',
    ],
  ])(
    'fails when the answer is %s, with the last lines of the log',
    async (_name, answer, code, what) => {
      const { world, hasty } = serving(() => answer);
      world.host.log = ['one', 'Traceback', 'KeyError'];
      await expect(
        awaitHealthy(hasty, world.host, { slot: 'green', release: 'new' }),
      ).rejects.toMatchObject({
        code,
        message: expect.stringMatching(new RegExp(`${what}[^]*KeyError`)),
        log: 'one\nTraceback\nKeyError',
      });
    },
  );

  test('is given up early on a service that keeps dying', async () => {
    const { world } = serving((n) => {
      if (n === 3) world.host.restarts = 2;
      return { status: 500 };
    });
    const facts = { release: 'new', restarts: { 'host-1': 0 } };
    const context = stageContext(world, { target: patient, facts });
    await expect(
      awaitHealthy(context, world.host, { slot: 'green', release: 'new' }),
    ).rejects.toMatchObject({
      code: 'service-dies',
      message: expect.stringContaining('crashed twice'),
    });
  });

  test('ends the log of one that keeps dying with a death, not in the middle of another start', async () => {
    const { world, context } = serving(() => ({ status: 500 }));
    world.host.active.green = 'failed';
    const again =
      'host-1 systemd[1]: engine.service: Scheduled restart job, restart counter is at 2.';
    world.host.log = ['Traceback', 'KeyError', `x ${again}`, 'Traceback'];
    await expect(
      awaitHealthy(context, world.host, { slot: 'green', release: 'new' }),
    ).rejects.toMatchObject({ code: 'service-dies', log: 'Traceback\nKeyError' });
  });

  test('carries two hundred lines at most', async () => {
    const { world, hasty } = serving(() => ({ status: 500 }));
    world.host.log = Array.from({ length: 390 }, (_, index) => `line ${index}`);
    const failure = awaitHealthy(hasty, world.host, { slot: 'green', release: 'new' });
    await expect(failure).rejects.toMatchObject({
      log: expect.stringMatching(/^line 190\n[^]*\nline 389$/),
    });
  });

  const degraded = { body: json({ status: 'degraded', version: 'new' }) };

  test.each([
    ['from the start', () => degraded],
    ['in one of its passes', (n: number) => (n === 2 ? degraded : {})],
  ])('tells one that is degraded %s apart from a healthy one', async (_when, answer) => {
    const { world, context } = serving(answer);
    expect((await awaitHealthy(context, world.host, { slot: 'green', release: 'new' })).state).toBe(
      'degraded',
    );
  });

  test('does not count what was degraded before it got healthy', async () => {
    const { world, context } = serving((n) =>
      n === 1 ? degraded : n === 2 ? { status: 500 } : {},
    );
    expect((await awaitHealthy(context, world.host, { slot: 'green', release: 'new' })).state).toBe(
      'healthy',
    );
  });

  describe('where degraded is not allowed', () => {
    const strict = targetWith({ service: { health: { ...settings, allow_degraded: false } } });

    test('refuses one that stays degraded', async () => {
      const { world } = serving(() => degraded);
      const context = stageContext(world, { target: strict });
      await expect(
        awaitHealthy(context, world.host, { slot: 'green', release: 'new' }),
      ).rejects.toMatchObject({
        code: 'degraded',
        message: expect.stringContaining('status is "degraded", which argo.yml does not allow'),
      });
    });

    test('waits for one that is degraded while it starts', async () => {
      const { world } = serving((n) => (n <= 2 ? degraded : {}));
      const { health } = strict.settings;
      const waits = targetWith({ service: { health: { ...health, timeout_seconds: 3_000 } } });
      const context = stageContext(world, { target: waits });
      expect(
        (await awaitHealthy(context, world.host, { slot: 'green', release: 'new' })).state,
      ).toBe('healthy');
    });

    test('takes it all the same on the way back', async () => {
      const { world } = serving(() => degraded);
      const { deployment } = stageContext(world);
      const context = stageContext(world, {
        target: strict,
        deployment: { ...deployment, due: 'rollback' },
      });
      expect(
        (await awaitHealthy(context, world.host, { slot: 'green', release: 'new' })).state,
      ).toBe('degraded');
    });
  });

  test('does not ask what was there before argo-bot for a name', async () => {
    const { world, context } = serving(() => ({ body: json({ status: 'ok' }) }), 'adopted-green');
    expect(
      (await awaitHealthy(context, world.host, { slot: 'green', release: 'adopted-green' })).state,
    ).toBe('healthy');
  });
});

describe('the public address', () => {
  test('is confirmed once the new release answers, whatever the proxy still finishes', async () => {
    const old = { body: json({ status: 'healthy', version: 'old' }) };
    const { world, asked } = serving((n) => (n <= 2 ? old : {}));
    world.host.proxied = 'green';
    const facts = { release: 'new', slot: 'green' } as const;
    const result = await confirm.run(stageContext(world, { target: patient, facts }));
    expect(result.summary).toContain('new answers in');
    expect(asked()).toBe(4);
  });

  test('that stays on the old release fails', async () => {
    const { world } = serving(() => ({}));
    await expect(
      confirm.run(stageContext(world, { facts: { release: 'new', slot: 'green' } })),
    ).rejects.toMatchObject({
      code: 'public-health',
      message: expect.stringContaining('release old'),
    });
  });
});
