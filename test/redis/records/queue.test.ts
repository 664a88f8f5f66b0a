import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startRedis, type PrivateRedis } from '../../../sandbox/redis.ts';
import type { Deployment } from '../../../src/deploy/record/deployment.ts';
import type { DeployRequest } from '../../../src/deploy/record/events.ts';
import { LONGEST_WAIT_MS, advanceQueue } from '../../../src/deploy/acts/queue.ts';
import type { Records } from '../../../src/deploy/history/records.ts';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import { type Connection, connectRedis } from '../../../src/redis/connection/connect.ts';
import { createRecords } from '../../../src/redis/records/records.ts';
import { cutAnswers } from '../../support/cut-answers.ts';
import { finished } from '../../support/events.ts';
import { request } from '../../support/stage-context.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const place = { service: 'engine', environment: 'production' };
const key = (name: string): string => `{argo}:place:engine:production:${name}`;
let server: PrivateRedis;
let redis: Connection;
let records: Records;

const recordsOver = (connection: Connection): Records =>
  createRecords({
    redis: connection,
    redactor: createRedactor(),
    subscribe: async () => async () => undefined,
  });

beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, 'fail-fast', silent);
  records = recordsOver(redis);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

async function running(more: Partial<DeployRequest> = {}): Promise<Deployment> {
  const answer = await records.create(request(more));
  if (answer.kind !== 'created') throw new Error(answer.kind);
  return answer.deployment;
}

async function waiting(ref: string, more: Partial<DeployRequest> = {}): Promise<Deployment> {
  const answer = await records.createOrEnqueue(request({ ref, ...more }), false);
  if (answer.kind !== 'waiting') throw new Error(answer.kind);
  return answer.deployment;
}

const ends = (id: string) => records.change(id, () => [finished('cancelled')]);
const order = async (): Promise<string[]> =>
  (await records.queue(place)).map(({ deployment }) => deployment);
const now = async ({ id }: Deployment): Promise<Deployment> => {
  const deployment = await records.read(id);
  if (!deployment) throw new Error('no record');
  return deployment;
};

describe('the line of a place', () => {
  test('of twenty who ask at once for different things one begins, the others stand in one order', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        records.createOrEnqueue(request({ ref: `branch-${n}` }), false),
      ),
    );
    expect(answers.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    const inLine = answers.flatMap((one) => (one.kind === 'waiting' ? [one.deployment] : []));
    expect(inLine).toHaveLength(19);
    expect(new Set(await order())).toEqual(new Set(inLine.map(({ id }) => id)));
    const places = (await Promise.all(inLine.map((d) => advanceQueue(records, d)))).map(
      ({ queued }) => queued?.place ?? 0,
    );
    expect(places.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 19 }, (_, n) => n + 1));
  });

  test('the same is not lined up twice, unless somebody insists', async () => {
    await running({ ref: 'other' });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => records.createOrEnqueue(request({ ref: 'main' }), false)),
    );
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual([
      'same',
      'same',
      'same',
      'same',
      'waiting',
    ]);
    expect(await records.createOrEnqueue(request({ ref: 'main' }), true)).toMatchObject({
      kind: 'waiting',
    });
    expect(await order()).toHaveLength(2);
  });

  test('the next begins when the claim is free, and nobody else before', async () => {
    const first = await running();
    const second = await waiting('b');
    const third = await waiting('c');
    expect(await now(second)).toMatchObject({ due: undefined });
    expect(await advanceQueue(records, third)).toMatchObject({
      queued: { place: 2, behind: { kind: 'deployment', by: first.request.origin.user } },
    });
    await ends(first.id);
    expect((await records.create(request({ ref: 'quick' }))).kind).toBe('busy');
    expect(await advanceQueue(records, third)).toMatchObject({ due: undefined });
    expect(await advanceQueue(records, second)).toMatchObject({ due: 'prepare' });
    expect(await records.claim(place)).toMatchObject({ deployment: second.id });
    expect(await advanceQueue(records, third)).toMatchObject({
      due: undefined,
      queued: { place: 1 },
    });
    expect(await order()).toEqual([third.id]);
  });

  test('a claim that was given and never written down is found by whoever asks next', async () => {
    const first = await running();
    const second = await waiting('b');
    await ends(first.id);
    expect(await records.dequeue(second)).toEqual({ kind: 'turn' });
    // The process died here.
    expect(await now(second)).toMatchObject({ due: undefined });
    expect(await advanceQueue(recordsOver(redis), second)).toMatchObject({ due: 'prepare' });
  });

  test('who leaves is passed over, and gives back a claim that came in the same instant', async () => {
    const first = await running();
    const second = await waiting('b');
    const third = await waiting('c');
    await ends(second.id);
    expect(await order()).toEqual([third.id]);
    await ends(first.id);
    await records.dequeue(third);
    await ends(third.id);
    expect(await records.claim(place)).toBeUndefined();
    expect(await records.dequeue(third)).toEqual({ kind: 'over' });
    await running({ ref: 'd' });
  });

  test('a lock holds up deployments, not the way back, which stands first', async () => {
    const first = await running();
    const second = await waiting('b');
    const back = await waiting('r1', { kind: 'rollback' });
    expect(await order()).toEqual([back.id, second.id]);
    await records.lock(place, { reason: 'errors', by: 'argo-bot', at: 1 });
    await ends(first.id);
    expect(await advanceQueue(records, back)).toMatchObject({ due: 'rollback' });
    await ends(back.id);
    expect(await advanceQueue(records, second)).toMatchObject({
      due: undefined,
      queued: { place: 1, behind: { kind: 'lock', by: 'argo-bot', reason: 'errors' } },
    });
    await records.unlock(place, 'U0');
    expect(await advanceQueue(records, second)).toMatchObject({ due: 'prepare' });
  });

  test('a place that was lost is taken again, and nobody waits for ever', async () => {
    const first = await running();
    const second = await waiting('b');
    await redis.del(key('line'));
    expect(await advanceQueue(records, second)).toMatchObject({ queued: { place: 1 } });
    const early = { type: 'queued', at: Date.now() - LONGEST_WAIT_MS } as const;
    await redis.lset(`{argo}:journal:${second.id}`, 1, JSON.stringify(early));
    const given = await advanceQueue(records, await now(second));
    expect(given.finished?.ending).toBe('expired');
    expect(await order()).toEqual([]);
    expect(await records.claim(place)).toMatchObject({ deployment: first.id });
  });

  test('an answer that was lost on the way is asked again and makes one place', async () => {
    await running();
    const door = await cutAnswers(server.port);
    const shaky = connectRedis(door.url, 'fail-fast', silent);
    await shaky.ping();
    door.cutAfter('"type":"requested"');
    const answer = await recordsOver(shaky).createOrEnqueue(request({ ref: 'b' }), false);
    expect(answer.kind).toBe('waiting');
    expect(await order()).toHaveLength(1);
    expect(await records.active()).toHaveLength(2);
    shaky.disconnect();
    await door.close();
  });
});
