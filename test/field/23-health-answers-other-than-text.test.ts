import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ServiceSchema } from '../../src/deploy/settings/settings.ts';
import { HealthSchema } from '../../src/deploy/settings/health.ts';
import { type HealthServer, startHealthServer } from './support/health-server.ts';

let service: HealthServer;
beforeAll(async () => {
  service = await startHealthServer();
});
afterAll(() => service.close());

function answers(body: string, status = 200): void {
  service.answer = (_request, response) => response.writeHead(status).end(body);
}

describe('a health answer that is no text', () => {
  test.each<[string, string, object]>([
    ['a boolean', '{"healthy":true}', { status: 'healthy', healthy: [true] }],
    ['a number', '{"up":1}', { status: 'up', healthy: [1] }],
    ['null, where no error is good', '{"error":null}', { status: 'error', healthy: [null] }],
    ['a text of its own', '{"status":"UP"}', { status: 'status', healthy: ['UP'] }],
    ['several kinds', '{"ok":true}', { status: 'ok', healthy: ['yes', 1, true] }],
    [
      'deep in the answer',
      '{"checks":[{"db":{"up":true}}]}',
      { status: 'checks[0].db.up', healthy: [true] },
    ],
    ['in a list at the top', '[{"ok":true}]', { status: '[0].ok', healthy: [true] }],
    ['the whole answer, JSON', 'true', { status: '.', healthy: [true] }],
    ['the whole answer, plain text', 'Healthy\n', { status: '.', healthy: ['Healthy'] }],
  ])('%s, is healthy as declared, to the bot and to the guard', async (_name, body, health) => {
    answers(body);
    expect(await service.asked(health)).toMatchObject({ state: 'healthy' });
    expect(await service.guarded(health)).toBe(true);
  });

  test.each<[string, string, object, string]>([
    [
      'false',
      '{"healthy":false}',
      { status: 'healthy', healthy: [true] },
      'healthy is false, expected true',
    ],
    [
      '1, which is not true',
      '{"up":1}',
      { status: 'up', healthy: [true] },
      'up is 1, expected true',
    ],
    [
      'true, which is not 1',
      '{"up":true}',
      { status: 'up', healthy: [1] },
      'up is true, expected 1',
    ],
    [
      '"true", which is not true',
      '{"up":"true"}',
      { status: 'up', healthy: [true] },
      'up is "true", expected true (a string is not a boolean)',
    ],
    [
      'other capital letters',
      '{"status":"OK"}',
      { status: 'status' },
      'status is "OK", expected "healthy" or "ok" (capital letters count)',
    ],
    [
      'an object',
      '{"status":{"db":"up"}}',
      { status: 'status' },
      'status is an object; expected status to be "healthy" or "ok"',
    ],
    [
      'a list',
      '{"status":["ok"]}',
      { status: 'status' },
      'status is a list of 1; expected status to be',
    ],
    [
      'something without that key',
      '{"healthy":true,"version":"1"}',
      { status: 'status' },
      'no "status" in the answer; it has healthy, version; expected',
    ],
    [
      'something without a part of the path',
      '{"checks":{"cache":{}}}',
      { status: 'checks.db.up' },
      'no "checks.db" in the answer; checks has cache; expected',
    ],
    ['a page', '<html>', { status: 'status' }, 'the answer is not JSON, it begins with "<html>"'],
    ['nothing', '', { status: 'status' }, 'the answer is empty'],
  ])('%s, is not, and the message says what is there', async (_name, body, health, says) => {
    answers(body);
    const { state, detail } = await service.asked(health);
    expect(state).toBe('unavailable');
    expect(detail).toContain(says);
    expect(await service.guarded(health)).toBe(false);
  });

  test('degraded may be declared as another value, too', async () => {
    const health = { status: 'level', healthy: [0], degraded: [1] };
    answers('{"level":1}', 503);
    expect(await service.asked(health)).toMatchObject({ state: 'degraded', detail: 'level is 1' });
    expect(await service.guarded(health)).toBe(true);
    expect(await service.guarded({ ...health, allow_degraded: false })).toBe(false);
  });

  test('is healthy only with a good status code', async () => {
    answers('{"healthy":true}', 503);
    const health = { status: 'healthy', healthy: [true] };
    const { state, detail } = await service.asked(health);
    expect([state, detail]).toEqual(['unavailable', 'HTTP 503, healthy is true']);
    expect(await service.guarded(health)).toBe(false);
  });

  test('is bounded in the message, however long it is', async () => {
    answers(
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`${n}`.repeat(90), n])),
      ),
    );
    expect((await service.asked({ status: 'status' })).detail.length).toBeLessThan(400);
    answers(JSON.stringify({ status: 'x'.repeat(9_000) }));
    expect((await service.asked({ status: 'status' })).detail.length).toBeLessThan(200);
  });

  test('declared as a mapping is still refused', () => {
    expect(
      HealthSchema.safeParse({ path: '/', status: 'a', healthy: [{ up: true }] }).success,
    ).toBe(false);
    expect(ServiceSchema.shape.health.safeParse({ path: '/', healthy: [[true]] }).success).toBe(
      false,
    );
  });
});
