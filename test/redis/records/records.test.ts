import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Deployment } from '../../../src/deploy/record/deployment.ts';
import { Fenced } from '../../../src/deploy/record/errors.ts';
import type { DeploymentEvent, DeployRequest } from '../../../src/deploy/record/events.ts';
import type { Records } from '../../../src/deploy/history/records.ts';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import { listenToChanges, type Changes } from '../../../src/redis/records/changes.ts';
import { type Connection, connectRedis } from '../../../src/redis/connection/connect.ts';
import { nodeForKeys } from '../../../src/redis/connection/node-for-keys.ts';
import { key, placeKey } from '../../../src/redis/records/keys.ts';
import { createRecords } from '../../../src/redis/records/records.ts';
import { createReplicated } from '../../../src/redis/connection/replicated.ts';
import { failed, finished, phaseStarted } from '../../support/events.ts';
import { answering, emptied, redisKinds, type Servers } from '../../support/redis-kinds.ts';
import { request } from '../../support/stage-context.ts';
import { until } from '../../support/until.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const place = { service: 'engine', environment: 'production' };
const redactor = createRedactor();
const alert = (reason: string): DeploymentEvent => ({ type: 'alerted', at: 1, reason });

const reasons = (d: Deployment | undefined) => d?.alerts.map(({ reason }) => reason);

/** So that what is heard was said, and not looked for. */
const NEVER_MS = 3_600_000;

describe.each(redisKinds)('on $name', ({ start }) => {
  let server: Servers;
  let redis: Connection;
  let changes: Changes;
  let records: Records;

  beforeAll(async () => {
    server = await start();
    redis = connectRedis(server.url, 'fail-fast', silent);
    changes = await listenToChanges(connectRedis(server.url, 'persistent', silent), NEVER_MS);
    records = recordsOver(redis);
  }, 60_000);
  beforeEach(() => emptied(redis));
  afterAll(async () => {
    changes.close();
    redis.disconnect();
    await server.stop();
  });

  const recordsOver = (connection: Connection): Records =>
    createRecords({
      redis: connection,
      replicated: createReplicated(connection, silent),
      redactor,
      subscribe: (id, changed) => changes.subscribe(id, changed),
    });

  async function created(more: Partial<DeployRequest> = {}): Promise<Deployment> {
    const answer = await records.create(request(more));
    if (answer.kind !== 'created') throw new Error(answer.kind);
    return answer.deployment;
  }

  describe('reading a journal again', () => {
    test('reads what is new, also what another process wrote', async () => {
      const { id } = await created();
      const other = recordsOver(redis);
      await records.change(id, () => [alert('one')]);
      await other.change(id, () => [alert('two')]);
      await records.change(id, () => [alert('three')]);
      expect(reasons(await other.read(id))).toEqual(['one', 'two', 'three']);
      expect(await records.read(id)).toEqual(await recordsOver(redis).read(id));
    });

    test('notices that Redis has lost the end of it, or all of it', async () => {
      const { id } = await created();
      await records.change(id, () => [alert('one')]);
      await records.change(id, () => [alert('two')]);
      await redis.rpop(key('journal', id));
      expect(reasons(await records.read(id))).toEqual(['one']);
      await records.change(id, () => [alert('other')]);
      await redis.rpop(key('journal', id));
      await recordsOver(redis).change(id, () => [alert('three'), alert('four')]);
      expect(reasons(await records.read(id))).toEqual(['one', 'three', 'four']);
      await redis.del(key('journal', id));
      expect(await records.read(id)).toBeUndefined();
      expect(await records.read(id)).toBeUndefined();
    });

    test('gives each reader a deployment of its own', async () => {
      const { id } = await created();
      await records.change(id, () => [alert('one')]);
      const first = await records.read(id);
      first?.alerts.pop();
      expect(reasons(await records.read(id))).toEqual(['one']);
    });
  });

  describe('asking for a deployment', () => {
    test('of twenty at once, one is created and the others are told who it is', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => records.create(request())),
      );
      const winners = answers.filter((answer) => answer.kind === 'created');
      expect(winners).toHaveLength(1);
      const [winner] = winners;
      const busy = answers.flatMap((answer) =>
        answer.kind === 'busy' && answer.claim ? [answer.claim] : [],
      );
      expect(busy).toHaveLength(19);
      expect(new Set(busy.map(({ deployment }) => deployment))).toEqual(
        new Set([winner?.deployment.id]),
      );
      expect(await records.active()).toHaveLength(1);
    });

    test('another environment and another service are not in the way', async () => {
      await created();
      await created({ environment: 'staging' });
      await created({ service: 'other' });
      expect(await records.active()).toHaveLength(3);
    });

    test('in a locked environment is refused with the reason, except for the way back', async () => {
      await records.lock(place, { reason: 'errors', by: 'argo-bot', at: 1 });
      expect(await records.create(request())).toEqual({
        kind: 'locked',
        lock: { reason: 'errors', by: 'argo-bot', at: 1 },
      });
      expect(await records.claim(place)).toBeUndefined();
      await created({ dryRun: true });
      await created({ kind: 'rollback' });
    });

    test('a dry run takes no claim and leaves none', async () => {
      const dry = await created({ dryRun: true });
      expect(await records.claim(place)).toBeUndefined();
      const real = await created();
      await records.change(dry.id, () => [finished('dry-run')]);
      expect(await records.claim(place)).toMatchObject({ deployment: real.id });
    });
  });

  describe('waiting in line', () => {
    test('ends with the turn when the one before has ended', async () => {
      const first = await created();
      const second = await records.createOrEnqueue(request(), false);
      if (second.kind !== 'waiting') throw new Error(second.kind);
      expect(await records.dequeue(second.deployment)).toMatchObject({ kind: 'behind', place: 1 });
      await records.change(first.id, () => [finished('cancelled')]);
      expect(await records.dequeue(second.deployment)).toEqual({ kind: 'turn' });
      await records.change(second.deployment.id, () => [finished('cancelled')]);
      expect(await records.queue(place)).toEqual([]);
    });
  });

  describe('writing', () => {
    test('by many at once loses nothing', async () => {
      const { id } = await created();
      const other = connectRedis(server.url, 'persistent', silent);
      const writers = [records, recordsOver(other)] as const;
      await Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          (n % 2 === 0 ? writers[0] : writers[1]).change(id, () => [alert(`a${n}`)]),
        ),
      );
      const after = await records.read(id);
      expect(after?.version).toBe(41);
      expect(new Set(after?.alerts.map(({ reason }) => reason)).size).toBe(40);
      other.disconnect();
    });

    test('decides anew from what another has written in between', async () => {
      const { id } = await created();
      const seen: number[] = [];
      await records.change(id, (latest) => {
        seen.push(latest.version);
        return latest.alerts.length > 0 ? [] : [alert('first')];
      });
      const second = await records.change(id, (latest) =>
        latest.alerts.length > 0 ? [] : [alert('again')],
      );
      expect(second.kind).toBe('unchanged');
      expect(seen).toEqual([1]);
    });

    test('to a deployment that nobody knows is missing', async () => {
      expect(await records.change('d0', () => [alert('x')])).toEqual({ kind: 'missing' });
      expect(await records.read('d0')).toBeUndefined();
      await expect(records.changeAs('d0', 1, () => [])).rejects.toMatchObject({
        code: 'no-journal',
      });
      await expect(records.takeEpoch('d0')).rejects.toMatchObject({ code: 'no-journal' });
    });

    test('hides what is secret before it is kept', async () => {
      redactor.learn(['hunter2-hunter2']);
      const { id } = await created();
      await records.change(id, () =>
        failed('source', { message: 'no hunter2-hunter2', log: 'hunter2-hunter2' }),
      );
      await records.lock(place, { reason: 'hunter2-hunter2', by: 'U0', at: 1 });
      const dump = await Promise.all(
        ((await nodeForKeys(redis)?.keys('*')) ?? []).map(async (name) =>
          (await redis.type(name)) === 'list' ? redis.lrange(name, 0, -1) : redis.type(name),
        ),
      );
      expect(JSON.stringify(dump)).not.toContain('hunter2');
      expect((await records.readLock(place))?.reason).toBe('[secret]');
    });
  });

  describe('an epoch', () => {
    test('is higher than every one before, in the environment and on the hosts', async () => {
      const { id } = await created();
      expect([await records.takeEpoch(id), await records.takeEpoch(id)]).toEqual([1, 2]);
      expect(await records.takeEpoch(id, 70)).toBe(71);
      await records.change(id, () => [finished('failed')]);
      expect(await records.takeEpoch((await created()).id)).toBe(72);
    });

    test('stops the writes of the worker before', async () => {
      const { id } = await created();
      const old = await records.takeEpoch(id);
      await records.changeAs(id, old, () => [phaseStarted('prepare')]);
      const young = await records.takeEpoch(id);
      // It has not written yet, but it has taken over.
      await expect(records.changeAs(id, old, () => [alert('zombie')])).rejects.toThrow(Fenced);
      await records.changeAs(id, young, () => [alert('mine')]);
      await expect(records.changeAs(id, old, () => [alert('zombie')])).rejects.toMatchObject({
        cause: { epoch: young },
      });
      expect((await records.read(id))?.alerts.map(({ reason }) => reason)).toEqual(['mine']);
    });

    test('does not stop people', async () => {
      const { id } = await created();
      await records.takeEpoch(id);
      expect((await records.change(id, () => [alert('by hand')])).kind).toBe('changed');
    });
  });

  describe('the end', () => {
    test('releases the claim and is history once, newest first', async () => {
      const first = await created();
      await records.change(first.id, () => [{ ...finished('failed'), at: 10 }]);
      expect(await records.claim(place)).toBeUndefined();
      expect(await records.active()).toEqual([]);
      // A late write to what is over must not enter it again.
      await records.change(first.id, () => [alert('late')]);
      const second = await created();
      await records.change(second.id, () => [{ ...finished('succeeded'), at: 20 }]);
      const history = await records.history(place, 10);
      expect(history.map(({ id, ending }) => ({ id, ending }))).toEqual([
        { id: second.id, ending: 'succeeded' },
        { id: first.id, ending: 'failed' },
      ]);
      expect(await records.history(place, 1)).toHaveLength(1);
    });

    test('of an old one does not take the claim of the next', async () => {
      const first = await created();
      await records.change(first.id, () => [finished('failed')]);
      const second = await created();
      await records.change(first.id, () => [alert('late')]);
      expect(await records.claim(place)).toMatchObject({ deployment: second.id });
    });

    test('of the thousandth after it takes the record of an old one with its line in the history', async () => {
      const oldest = await created();
      await records.change(oldest.id, () => [{ ...finished('failed'), at: 1 }]);
      const kept = await created();
      await records.change(kept.id, () => [{ ...finished('succeeded'), at: 2 }]);
      const [line] = await records.history(place, 1);
      const between = Array.from({ length: 998 }, (_, n) => [
        10 + n,
        JSON.stringify({ ...line, id: `d${n}` }),
      ]);
      await redis.zadd(placeKey('history', place), ...between.flat());
      expect(await records.read(oldest.id)).toBeDefined();
      const newest = await created();
      await records.takeEpoch(newest.id);
      await records.change(newest.id, () => [{ ...finished('failed'), at: 2_000 }]);
      expect(await records.read(oldest.id)).toBeUndefined();
      expect((await records.read(kept.id))?.finished).toBeDefined();
      const history = await records.history(place, 2_000);
      expect(history).toHaveLength(1_000);
      expect(history.map(({ id }) => id)).not.toContain(oldest.id);
      // Those that are kept have no end set.
      expect(await redis.ttl(key('journal', newest.id))).toBe(-1);
    });

    test('of a lock is told to whoever takes it off', async () => {
      const lock = { reason: 'errors', by: 'U0', at: 1 };
      await records.lock(place, lock);
      expect(await records.unlock(place, 'U0')).toEqual(lock);
      expect(await records.unlock(place, 'U0')).toBeUndefined();
      expect(await records.readLock(place)).toBeUndefined();
    });
  });

  describe('a lock', () => {
    test('by a person leaves the one that is there', async () => {
      const first = { reason: 'audit', by: 'U0', at: 1 };
      expect(await records.lockIfOpen(place, first)).toBeUndefined();
      expect(await records.lockIfOpen(place, { ...first, by: 'U1' })).toEqual(first);
      await records.lock(place, { ...first, by: 'argo-bot' });
      expect(await records.unlock(place, 'U0')).toMatchObject({ by: 'argo-bot' });
    });

    test('is taken off only if it is the one that was seen', async () => {
      const frozen = { reason: 'holidays', by: 'U0', at: 1, freeze: true };
      const rolledBack = { reason: 'rolled back', by: 'argo-bot', at: 2 };
      await records.lock(place, frozen);
      const seen = await records.readLock(place);
      await records.lock(place, rolledBack);
      expect(await records.unlock(place, 'U0', seen)).toBeUndefined();
      expect(await records.unlock(place, 'U0', { ...rolledBack, at: 3 })).toBeUndefined();
      expect(await records.readLock(place)).toEqual(rolledBack);
      expect(await records.unlock(place, 'U0', rolledBack)).toEqual(rolledBack);
      expect(await records.unlock(place, 'U0', rolledBack)).toBeUndefined();
    });

    test('that a rollback sets between the look and the unlock stays', async () => {
      const frozen = { reason: 'holidays', by: 'U0', at: 1, freeze: true };
      const rolledBack = { reason: 'rolled back', by: 'argo-bot', at: 2 };
      await records.lock(place, frozen);
      const get = redis.get.bind(redis);
      const slow = Object.create(redis, {
        get: {
          value: async (name: string) => {
            const json = await get(name);
            await records.lock(place, rolledBack);
            return json;
          },
        },
      });
      expect(await recordsOver(slow).unlock(place, 'U0', frozen)).toBeUndefined();
      expect(await records.readLock(place)).toEqual(rolledBack);
    });

    test('opens by itself when its time is over', async () => {
      const lock = { reason: 'audit', by: 'U0', at: Date.now(), until: Date.now() + 600_000 };
      await records.lock(place, lock);
      expect(await records.create(request())).toEqual({ kind: 'locked', lock });
      await records.lock(place, { ...lock, until: Date.now() + 100 });
      await until(async () => (await records.readLock(place)) === undefined);
      expect((await records.create(request())).kind).toBe('created');
    });
  });

  describe('what has to be painted', () => {
    test('is remembered until the thread shows the last version', async () => {
      const { id } = await created();
      expect(await records.unpainted()).toEqual([id]);
      await records.change(id, () => [alert('new')]);
      await records.markPainted(id, 1);
      expect(await records.unpainted()).toEqual([id]);
      await records.markPainted(id, 2);
      expect(await records.unpainted()).toEqual([]);
    });

    test('is remembered again after every write, the last one too', async () => {
      const { id } = await created();
      await records.markPainted(id, 1);
      await records.change(id, () => [finished('failed')]);
      expect(await records.unpainted()).toEqual([id]);
    });
  });

  describe('a subscription', () => {
    test('hears of changes made elsewhere, and no longer after it ended', async () => {
      const { id } = await created();
      const other = connectRedis(server.url, 'persistent', silent);
      let heard = 0;
      const { promise, resolve } = Promise.withResolvers<void>();
      const end = await records.subscribe(id, () => {
        heard += 1;
        resolve();
      });
      await recordsOver(other).change(id, () => [alert('elsewhere')]);
      await promise;
      await end();
      const { promise: told, resolve: tell } = Promise.withResolvers<void>();
      const endOther = await records.subscribe(id, tell);
      await records.change(id, () => [alert('again')]);
      await told;
      expect(heard).toBe(1);
      await endOther();
      other.disconnect();
    });

    test('looks once after Redis was away, since nothing is said twice', async () => {
      const { id } = await created();
      const { promise, resolve } = Promise.withResolvers<void>();
      const looking = await listenToChanges(connectRedis(server.url, 'persistent', silent));
      await looking.subscribe(id, resolve);
      await server.interrupt();
      await promise;
      looking.close();
    }, 60_000);
  });

  test('an interruption loses nothing that was written', async () => {
    const { id } = await created();
    const epoch = await records.takeEpoch(id);
    await records.changeAs(id, epoch, () => [phaseStarted('prepare'), alert('before')]);
    await server.interrupt();
    await answering(redis);
    const after = await records.changeAs(id, epoch, () => [alert('after')]);
    expect(after.alerts.map(({ reason }) => reason)).toEqual(['before', 'after']);
    expect(await records.claim(place)).toMatchObject({ deployment: id });
    expect(await records.takeEpoch(id)).toBe(epoch + 1);
  }, 60_000);
});
