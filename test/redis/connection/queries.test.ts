import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startRedis, type PrivateRedis } from '../../../sandbox/redis.ts';
import type { Records } from '../../../src/deploy/history/records.ts';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import { type Connection, connectRedis } from '../../../src/redis/connection/connect.ts';
import { createRecords } from '../../../src/redis/records/records.ts';
import { cutAnswers } from '../../support/cut-answers.ts';
import { request } from '../../support/stage-context.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
let server: PrivateRedis;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

const recordsOver = (redis: Connection): Records =>
  createRecords({
    redis,
    redactor: createRedactor(),
    subscribe: async () => async () => undefined,
  });

describe('a question to the records', () => {
  test('whose answer was lost on the way is asked again and is still one', async () => {
    const door = await cutAnswers(server.port);
    const direct = connectRedis(server.url, 'fail-fast', silent);
    const shaky = connectRedis(door.url, 'fail-fast', silent);
    await shaky.ping();
    door.cutAfter('"type":"requested"');
    const answer = await recordsOver(shaky).create(request());
    expect(answer.kind).toBe('created');
    const records = recordsOver(direct);
    expect(await records.active()).toHaveLength(1);
    const [id = ''] = await records.active();
    expect((await records.read(id))?.version).toBe(1);
    shaky.disconnect();
    direct.disconnect();
    await door.close();
  });
  test('whose answer was lost on the way is asked again and stands there once', async () => {
    const direct = connectRedis(server.url, 'fail-fast', silent);
    const records = recordsOver(direct);
    const created = await records.create(request({ environment: 'twice' }));
    if (created.kind !== 'created') throw new Error(created.kind);
    const { id } = created.deployment;
    const door = await cutAnswers(server.port);
    const shaky = connectRedis(door.url, 'fail-fast', silent);
    await shaky.ping();
    door.cutAfter('"type":"alerted"');
    try {
      await recordsOver(shaky).change(id, () => [{ type: 'alerted', at: 1, reason: 'once' }]);
    } finally {
      shaky.disconnect();
      await door.close();
    }
    expect((await records.read(id))?.version).toBe(2);
    direct.disconnect();
  });

  test('to a Redis that is gone fails soon, in words', async () => {
    const gone = await startRedis();
    const lonely = connectRedis(gone.url, 'fail-fast', silent);
    await lonely.ping();
    await gone.stop();
    const asked = recordsOver(lonely);
    // Nobody reads what the client's library says.
    await expect(asked.create(request())).rejects.toMatchObject({
      code: 'records-unreachable',
      message: expect.stringMatching(/^Redis stopped answering, so it is unknown/),
      next: expect.stringContaining('First check with `/argo status`'),
    });
    await expect(asked.read('d1')).rejects.toMatchObject({
      code: 'records-unreachable',
      message:
        'Cannot reach Redis, so nothing was read or changed. Running deployments wait. Users keep the live release.',
      next: 'on the machine of Redis (REDIS_URL names it): `sudo systemctl start redis-server`. If it runs already, check the network from the bot to it. Then try again.',
    });
    lonely.disconnect();
  });

  test('that must write is refused in words while Redis has no memory left, and reads go on', async () => {
    const redis = connectRedis(server.url, 'fail-fast', silent);
    const records = recordsOver(redis);
    const created = await records.create(request({ environment: 'full' }));
    if (created.kind !== 'created') throw new Error(created.kind);
    await redis.config('SET', 'maxmemory', '1');
    await expect(records.create(request({ environment: 'fuller' }))).rejects.toMatchObject({
      code: 'records-unreachable',
      message: expect.stringMatching(/^Redis has no memory left .* Nothing was written/),
      next: expect.stringContaining('maxmemory'),
    });
    expect((await records.read(created.deployment.id))?.id).toBe(created.deployment.id);
    await redis.config('SET', 'maxmemory', '0');
    expect((await records.create(request({ environment: 'fuller' }))).kind).toBe('created');
    redis.disconnect();
  });

  test('that Redis refuses says what Redis says', async () => {
    const redis = connectRedis(server.url, 'fail-fast', silent);
    await redis.config('SET', 'min-replicas-to-write', '1');
    await expect(
      recordsOver(redis).create(request({ environment: 'alone' })),
    ).rejects.toMatchObject({
      code: 'records-unreachable',
      message: expect.stringMatching(/^Redis has too few replicas .*"NOREPLICAS/),
    });
    await redis.config('SET', 'min-replicas-to-write', '0');
    redis.disconnect();
  });
});
