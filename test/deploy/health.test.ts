import { describe, expect, test } from '@jest/globals';
import { StageFailed } from '../../src/deploy/errors.ts';
import { awaitHealthy } from '../../src/deploy/health-check.ts';
import { probe } from '../../src/deploy/probe.ts';
import type { HttpAnswer } from '../../src/deploy/ports.ts';
import { confirm } from '../../src/deploy/stages/confirm.ts';
import { SmokeSchema } from '../../src/deploy/settings/health.ts';
import { smokeTest } from '../../src/deploy/smoke-test.ts';
import { linkLost, refused } from '../support/memory-host.ts';
import { createMemoryWorld } from '../support/memory-ports.ts';
import { stageContext } from '../support/stage-context.ts';
import { targetWith } from '../support/target.ts';

const url = new URL('http://127.0.0.1:8002/health');
const { health: settings } = targetWith().settings;
const { signal } = new AbortController();
const json = (value: unknown): string => JSON.stringify(value);

function serving(answer: (asked: number) => Partial<HttpAnswer>, release = 'new') {
  const world = createMemoryWorld();
  world.host.slots.green = release;
  world.host.active.green = 'active';
  let asked = 0;
  world.host.answers = () => answer((asked += 1));
  return { world, context: stageContext(world), asked: () => asked };
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
    expect((await probe(world.host, url, settings, signal)).state).toBe(state);
  });

  test('of a service without a status is judged by its code', async () => {
    const plain = targetWith({ service: { health: { path: '/' } } }).settings.health;
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
    expect((await probe(world.host, url, settings, signal)).state).toBe('unavailable');
    const cut = serving(() => {
      throw linkLost('host-1');
    });
    await expect(probe(cut.world.host, url, settings, signal)).rejects.toMatchObject({
      code: 'link-lost',
    });
  });
});

describe('waiting for health', () => {
  test('wants several good answers in a row', async () => {
    const { world, context, asked } = serving((n) => (n === 2 ? { status: 500 } : {}));
    expect((await awaitHealthy(context, world.host, 'green', 'new')).state).toBe('healthy');
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
      'without a name',
    ],
  ])(
    'fails when the answer is %s, with the last lines of the log',
    async (_name, answer, code, what) => {
      const { world, context } = serving(() => answer);
      world.host.log = ['one', 'Traceback', 'KeyError'];
      await expect(awaitHealthy(context, world.host, 'green', 'new')).rejects.toMatchObject({
        code,
        message: expect.stringMatching(new RegExp(`${what}[^]*KeyError`)),
        log: 'one\nTraceback\nKeyError',
      });
    },
  );

  test('is given up early on a service that keeps dying', async () => {
    const patient = targetWith({ service: { health: { ...settings, timeout_seconds: 3_000 } } });
    const { world } = serving((n) => {
      if (n === 3) world.host.restarts = 2;
      return { status: 500 };
    });
    const context = stageContext(world, { target: patient });
    await expect(awaitHealthy(context, world.host, 'green', 'new')).rejects.toMatchObject({
      code: 'service-dies',
      message: expect.stringContaining('has died 2 times'),
    });
  });

  test('does not ask what was there before argo-bot for a name', async () => {
    const { world, context } = serving(() => ({ body: json({ status: 'ok' }) }), 'adopted-green');
    expect((await awaitHealthy(context, world.host, 'green', 'adopted-green')).state).toBe(
      'healthy',
    );
  });
});

describe('the public address', () => {
  test('is confirmed once the new release answers, whatever the proxy still finishes', async () => {
    const old = { body: json({ status: 'healthy', version: 'old' }) };
    const { world, asked } = serving((n) => (n <= 2 ? old : {}));
    world.host.proxied = 'green';
    const result = await confirm.run(stageContext(world, { facts: { release: 'new' } }));
    expect(result.summary).toContain('new answers in');
    expect(asked()).toBe(4);
  });

  test('that stays on the old release fails', async () => {
    const { world } = serving(() => ({}));
    await expect(
      confirm.run(stageContext(world, { facts: { release: 'new' } })),
    ).rejects.toMatchObject({
      code: 'public-health',
      message: expect.stringContaining('release old'),
    });
  });
});

describe('a smoke test', () => {
  const body = json({ services: { performance: { error: 'x' }, cache: null }, n: 1 });
  const says = async (answer: Partial<HttpAnswer>, test_: object): Promise<string> => {
    const { world, context } = serving(() => ({ body, ...answer }));
    const smoke = SmokeSchema.parse({ name: 'engine', path: '/health', ...test_ });
    try {
      await smokeTest(context, world.host, url, smoke);
      return '';
    } catch (error) {
      if (!(error instanceof StageFailed)) throw error;
      return error.message;
    }
  };

  test.each<[string, Partial<HttpAnswer>, object, string]>([
    [
      'all as declared',
      {},
      {
        json: [
          { path: 'n', equals: 1 },
          { path: 'services.performance', exists: true },
        ],
      },
      '',
    ],
    ['null where null is wanted', {}, { json: [{ path: 'services.cache', equals: null }] }, ''],
    ['absent where absence is wanted', {}, { json: [{ path: 'x', exists: false }] }, ''],
    ['another status', { status: 500 }, {}, 'status 500, expected 200'],
    ['a declared status', { status: 404 }, { status: 404 }, ''],
    ['too slow', { ms: 501 }, { max_latency_ms: 500 }, 'took 501 ms, at most 500 ms allowed'],
    [
      'there, though it must not be',
      {},
      { json: [{ path: 'services.performance.error', exists: false }] },
      'services.performance.error is there',
    ],
    ['missing', {}, { json: [{ path: 'x.y', exists: true }] }, 'x.y is missing, expected it there'],
    ['another value', {}, { json: [{ path: 'n', equals: '1' }] }, 'n is 1, expected "1"'],
    [
      'no JSON at all',
      { body: '<html>' },
      { json: [{ path: 'n', equals: 1 }] },
      'n is missing, expected 1',
    ],
    [
      'two mistakes at once',
      { status: 500 },
      { json: [{ path: 'n', equals: 2 }] },
      'status 500, expected 200; n is 1, expected 2',
    ],
  ])('%s', async (_name, answer, declared, message) => {
    const said = await says(answer, declared);
    if (message === '') expect(said).toBe('');
    else expect(said).toContain(message);
  });
});
