import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { reconcile } from '../../../jobs/reconcile.ts';
import type { Deployment } from '../../../src/deploy/record/deployment.ts';
import type { DeployRequest } from '../../../src/deploy/record/events.ts';
import { readLive } from '../../../src/deploy/history/live-by-record.ts';
import type { Records } from '../../../src/deploy/history/records.ts';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import { type Connection, connectRedis } from '../../../src/redis/connection/connect.ts';
import { key, placeKey } from '../../../src/redis/records/keys.ts';
import { createRecords } from '../../../src/redis/records/records.ts';
import { findDamaged, setAside } from '../../../src/redis/records/repair.ts';
import { createReplicated } from '../../../src/redis/connection/replicated.ts';
import { finished } from '../../support/events.ts';
import { emptied, redisKinds, type Servers } from '../../support/redis-kinds.ts';
import { request } from '../../support/stage-context.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const place = { service: 'engine', environment: 'production' };
const staging = { service: 'engine', environment: 'staging' };
const places = [place, staging];
const lock = { reason: 'set aside', by: 'argo-bot', at: 1 };

describe.each(redisKinds)('a journal that cannot be read, on $name', ({ start }) => {
  let server: Servers;
  let redis: Connection;
  let records: Records;

  beforeAll(async () => {
    server = await start();
    redis = connectRedis(server.url, 'fail-fast', silent);
    records = createRecords({
      redis,
      replicated: createReplicated(redis, silent),
      redactor: createRedactor(),
      subscribe: () => Promise.resolve(() => Promise.resolve()),
    });
  }, 60_000);
  beforeEach(() => emptied(redis));
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  async function created(more: Partial<DeployRequest> = {}): Promise<Deployment> {
    const answer = await records.create(request(more));
    if (answer.kind !== 'created') throw new Error(answer.kind);
    return answer.deployment;
  }

  test.each(['not JSON', '{"type":"of-a-newer-version","at":1}', '{}', '"x"'])(
    '%s: is told with its line and the command, and keeps no other waiting',
    async (line) => {
      const bad = await created();
      await redis.rpush(key('journal', bad.id), line);
      const good = await created(staging);
      await expect(records.read(bad.id)).rejects.toMatchObject({
        code: 'journal-unreadable',
        message: expect.stringContaining(`${bad.id} cannot be read: line 2`),
        next: expect.stringContaining(`argo-bot repair ${bad.id}`),
      });
      const woken: string[] = [];
      const warned: unknown[] = [];
      await reconcile({
        records,
        wake: {
          wake: async ({ id }: Deployment) => void woken.push(id),
          remind: async () => undefined,
          announce: async () => undefined,
          inspect: async () => undefined,
          answer: async () => undefined,
          close: async () => undefined,
        },
        paintedVersion: async () => 0,
        sealAudit: async () => undefined,
        log: { ...silent, warn: (fields) => void warned.push(fields) },
      });
      expect(woken).toEqual([good.id]);
      expect(warned).toEqual([expect.objectContaining({ deployment: bad.id })]);
      expect(await readLive(records, place)).toMatchObject({
        live: { kind: 'unknown' },
        unreadable: bad.id,
      });
    },
  );

  test('in the history it is passed over', async () => {
    const old = await created();
    await records.change(old.id, () => [finished('succeeded')]);
    await redis.lset(key('journal', old.id), 0, 'damaged');
    await redis.zadd(placeKey('history', place), 1, 'damaged');
    expect(await records.history(place, 10)).toHaveLength(1);
    expect(await records.readOrSkip(old.id)).toBeUndefined();
    const next = await created();
    expect((await readLive(records, place)).running?.id).toBe(next.id);
    expect(await findDamaged(records, places)).toEqual([
      expect.objectContaining({ id: old.id, holds: undefined }),
    ]);
  });

  test('repair finds it, sets it aside and locks its environment; the others go on', async () => {
    const bad = await created();
    const good = await created(staging);
    await redis.rpush(key('journal', bad.id), 'damaged');
    const [found, ...more] = await findDamaged(records, places);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ id: bad.id, holds: place });
    if (!found) throw new Error('not found');
    expect(await setAside({ redis }, found, lock, { places, by: 'ada@bot-1' })).toBe(true);
    expect(await records.readLock(place)).toEqual(lock);
    expect(await records.claim(place)).toBeUndefined();
    expect(await records.active()).toEqual([good.id]);
    expect(await records.claim(staging)).toMatchObject({ deployment: good.id });
    expect(await redis.lrange(key('aside', bad.id), 0, -1)).toHaveLength(2);
    expect(await findDamaged(records, places)).toEqual([]);
    // Once more changes nothing, also when somebody has unlocked meanwhile.
    await records.unlock(place, 'U0');
    expect(await setAside({ redis }, found, lock, { places, by: 'ada@bot-1' })).toBe(false);
    expect(await records.readLock(place)).toBeUndefined();
    await created();
  });

  test('one that waits in the queue leaves it, and locks nothing', async () => {
    await created();
    const waiting = await records.createOrEnqueue(request(), true);
    if (waiting.kind !== 'waiting') throw new Error(waiting.kind);
    const { id } = waiting.deployment;
    await redis.lset(key('journal', id), 1, 'damaged');
    const [found] = await findDamaged(records, places, id);
    if (!found) throw new Error('not found');
    expect(await setAside({ redis }, found, lock, { places, by: 'ada@bot-1' })).toBe(false);
    expect(await records.queue(place)).toEqual([]);
    expect(await records.readLock(place)).toBeUndefined();
  });

  test('what can be read is never set aside', async () => {
    const { id } = await created();
    expect(await findDamaged(records, places, id)).toEqual([]);
    expect(await findDamaged(records, places, 'nobody')).toEqual([]);
  });
});
