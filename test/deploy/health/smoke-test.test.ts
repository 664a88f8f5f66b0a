import { describe, expect, test } from '@jest/globals';
import { StageFailed } from '../../../src/deploy/record/errors.ts';
import type { HttpAnswer } from '../../../src/deploy/ports/ports.ts';
import { SmokeSchema } from '../../../src/deploy/settings/health.ts';
import { smokeTest } from '../../../src/deploy/health/smoke-test.ts';
import { refused } from '../../support/memory-host.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { stageContext } from '../../support/stage-context.ts';

const url = new URL('http://127.0.0.1:8002/health');
const json = (value: unknown): string => JSON.stringify(value);
const body = json({
  services: { performance: { error: 'x' }, cache: null },
  n: 1,
  signals: [{ symbol: 'AAPL' }, { symbol: 'EUR/CHF' }],
});
const headers = { 'content-type': 'application/json', 'x-release': 'new' };

/** What a smoke test says of a service that answers so; the failure, or nothing. */
async function smoked(
  declared: object,
  answers: (asked: number) => Partial<HttpAnswer> = () => ({}),
): Promise<{ failure: StageFailed | undefined; asked: number }> {
  const world = createMemoryWorld();
  world.host.slots.green = 'new';
  world.host.active.green = 'active';
  world.host.log = ['started', 'Traceback', 'KeyError'];
  let asked = 0;
  world.host.answers = () => ({ body, headers, ...answers((asked += 1)) });
  const declaredTest = SmokeSchema.parse({
    name: 'engine',
    path: '/health',
    interval_ms: 20,
    ...declared,
  });
  try {
    await smokeTest(
      stageContext(world),
      world.host,
      { url, slot: 'green', release: 'new' },
      declaredTest,
    );
    return { failure: undefined, asked };
  } catch (failure) {
    if (!(failure instanceof StageFailed)) throw failure;
    return { failure, asked };
  }
}

const at = (path: string, wanted: object) => ({ json: [{ path, ...wanted }] });
const header = (name: string, wanted: object) => ({ headers: [{ name, ...wanted }] });

describe('a smoke test', () => {
  test.each<[string, object]>([
    ['a value', at('n', { equals: 1 })],
    ['null', at('services.cache', { equals: null, type: 'null' })],
    ['something there', at('services.performance', { exists: true, type: 'object' })],
    ['nothing there', at('x', { exists: false })],
    ['bounds', at('n', { min: 1, max: 1, type: 'number' })],
    ['an item of a list', at('signals[1].symbol', { matches: '^[A-Z]{3}/[A-Z]{3}$' })],
    ['a list by its number alone', at('signals.0.symbol', { equals: 'AAPL' })],
    ['a list with enough in it', at('signals', { type: 'array' })],
    ['the length of a list', at('signals.length', { min: 2 })],
    ['a number by a pattern', at('n', { matches: '^\\d+$' })],
    ['a header', header('X-Release', { equals: 'new' })],
    ['a header by a pattern', header('Content-Type', { matches: '^application/json' })],
    ['no such header', header('Server', { exists: false })],
    ['a method', { method: 'HEAD' }],
  ])('passes with %s as declared', async (_name, declared) => {
    expect((await smoked(declared)).failure?.message).toBeUndefined();
  });

  test.each<[string, object, string]>([
    ['a field that must not be', at('services.performance.error', { exists: false }), 'is present'],
    ['a missing field', at('x.y', { exists: true }), 'x.y is missing'],
    ['another value', at('n', { equals: '1' }), 'n is 1, expected "1"'],
    ['another type', at('n', { type: 'string' }), 'n is 1, expected a value of type string'],
    ['a list for an object', at('signals', { type: 'object' }), 'expected a value of type object'],
    ['another text', at('signals[0].symbol', { matches: '^E' }), '"AAPL", expected it to match ^E'],
    ['an object for a text', at('services', { matches: '.' }), 'expected it to match .'],
    ['too little', at('n', { min: 2 }), 'n is 1, at least 2 expected'],
    ['too much', at('n', { max: 0 }), 'n is 1, at most 0 expected'],
    ['no number', at('signals[0].symbol', { min: 1 }), 'is "AAPL", expected a number'],
    ['an item too few', at('signals[2].symbol', { exists: true }), 'signals[2].symbol is missing'],
    ['another header', header('X-Release', { equals: 'old' }), 'header X-Release is "new"'],
    ['a missing header', header('ETag', { exists: true }), 'header ETag is missing'],
  ])('names %s', async (_name, declared, message) => {
    expect((await smoked(declared)).failure?.message).toContain(message);
  });

  test.each<[string, object, Partial<HttpAnswer>, string]>([
    ['the status', {}, { status: 500 }, 'status 500, expected 200'],
    ['the time', { max_latency_ms: 500 }, { ms: 501 }, 'took 501 ms, at most 500 ms allowed'],
    ['what is no JSON', at('n', { equals: 1 }), { body: '<html>' }, 'n is missing, expected 1'],
    [
      'all mistakes at once',
      at('n', { equals: 2 }),
      { status: 500 },
      'status 500, expected 200; n is 1, expected 2',
    ],
  ])('judges %s', async (_name, declared, answer, message) => {
    expect((await smoked(declared, () => answer)).failure?.message).toContain(message);
  });

  test('takes another status where it is declared', async () => {
    expect((await smoked({ status: 404 }, () => ({ status: 404 }))).failure).toBeUndefined();
  });
});

describe('a smoke test that fails', () => {
  test('carries the answer and what the service wrote', async () => {
    const { failure } = await smoked({}, () => ({ status: 500, body: 'oops' }));
    expect(failure).toMatchObject({ code: 'smoke-test', host: 'host-1' });
    expect(failure?.log).toBe('HTTP 500\noops\n\nstarted\nTraceback\nKeyError');
  });

  test('waits for what the service writes after it has answered', async () => {
    const world = createMemoryWorld();
    world.host.slots.green = 'new';
    world.host.active.green = 'active';
    world.host.answers = () => ({ status: 500, body: '' });
    let reads = 0;
    world.host.on['slot-state'] = () => {
      reads += 1;
      if (reads <= 3) world.host.log.push(`line ${reads}`);
      return undefined;
    };
    const smoke = SmokeSchema.parse({ name: 'engine', path: '/health' });
    const where = { url, slot: 'green', release: 'new' } as const;
    await expect(smokeTest(stageContext(world), world.host, where, smoke)).rejects.toMatchObject({
      log: expect.stringMatching(/line 3$/),
    });
  });

  test('is tried again as often as declared', async () => {
    const bad = { status: 503 };
    const well = await smoked({ retries: 2 }, (n) => (n < 3 ? bad : {}));
    expect(well).toEqual({ failure: undefined, asked: 3 });
    const { failure, asked } = await smoked({ retries: 2 }, () => bad);
    expect(asked).toBe(3);
    expect(failure?.message).toContain('status 503, expected 200 (3 tries)');
    expect((await smoked({}, () => bad)).asked).toBe(1);
  });

  test('counts no answer as a wrong one', async () => {
    const { failure } = await smoked({}, () => {
      throw refused('host-1', url);
    });
    expect(failure?.message).toContain('refuses connections');
    expect(failure?.log).toContain('KeyError');
  });
});

const parses = (declared: object): boolean =>
  SmokeSchema.safeParse({ name: 'engine', path: '/health', ...declared }).success;

describe('what a smoke test may declare', () => {
  test.each([
    ['an assertion that asks nothing', { json: [{ path: 'n' }] }],
    ['a header that is asked nothing', { headers: [{ name: 'ETag' }] }],
    ['a broken pattern', { json: [{ path: 'n', matches: '(' }] }],
    ['a method that changes something', { method: 'POST' }],
    ['a look into the body of HEAD', { method: 'HEAD', json: [{ path: 'n', exists: true }] }],
  ])('is not %s', (_name, declared) => {
    expect(parses({})).toBe(true);
    expect(parses(declared)).toBe(false);
  });
});
