import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Cluster } from 'ioredis';
import { startWorker } from '../../jobs/main.ts';
import { createWake, type Wake } from '../../jobs/queue.ts';
import {
  connectCluster,
  type PrivateCluster,
  startRedisCluster,
} from '../../sandbox/redis-cluster.ts';
import { openGate } from '../../src/deploy/deployment.ts';
import { Fenced } from '../../src/deploy/errors.ts';
import { createRedactor } from '../../src/deploy/redact.ts';
import { createRecords } from '../../src/redis/records.ts';
import { finished, phaseStarted } from '../support/events.ts';
import { createMemoryWorld } from '../support/memory-ports.ts';
import { request } from '../support/stage-context.ts';
import { settingsWith } from '../support/target.ts';
import { until } from '../support/until.ts';

const place = { service: 'engine', environment: 'production' };
let servers: PrivateCluster;
let cluster: Cluster;
let wake: Wake;

beforeAll(async () => {
  servers = await startRedisCluster();
  cluster = connectCluster(servers);
  wake = createWake(cluster);
}, 30_000);
afterAll(async () => {
  await wake.close();
  cluster.disconnect();
  await servers.stop();
});

const recordsHere = () =>
  createRecords({
    redis: cluster,
    redactor: createRedactor(),
    subscribe: async () => async () => undefined,
  });

test('records, claim, epoch, lock and history live on a cluster of three', async () => {
  const records = recordsHere();
  const created = await records.create(request());
  if (created.kind !== 'created') throw new Error(created.kind);
  const { id } = created.deployment;
  expect(await records.create(request())).toMatchObject({ kind: 'busy' });
  const old = await records.takeEpoch(id);
  await records.changeAs(id, old, () => [phaseStarted('prepare')]);
  const young = await records.takeEpoch(id, 70);
  expect(young).toBe(71);
  await expect(records.changeAs(id, old, () => [phaseStarted('prepare')])).rejects.toThrow(Fenced);
  await records.lock(place, { reason: 'errors', by: 'U0', at: 1 });
  expect(await records.readLock(place)).toMatchObject({ reason: 'errors' });
  expect(await records.unlock(place)).toMatchObject({ reason: 'errors' });
  await records.settlePaint(id, 1);
  expect(await records.unpainted()).toEqual([id]);
  await records.change(id, () => [finished('failed')]);
  expect(await records.claim(place)).toBeUndefined();
  expect((await records.history(place, 10)).map((entry) => entry.id)).toEqual([id]);
  expect(await records.active()).toEqual([]);
}, 30_000);

test('a line of those who wait lives there too', async () => {
  const records = recordsHere();
  const environment = 'staging';
  const first = await records.create(request({ environment }));
  const second = await records.createOrWait(request({ environment }), false);
  if (first.kind !== 'created' || second.kind !== 'waiting') throw new Error(second.kind);
  expect(await records.takeTurn(second.deployment)).toMatchObject({ kind: 'behind', place: 1 });
  await records.change(first.deployment.id, () => [finished('cancelled')]);
  expect(await records.takeTurn(second.deployment)).toEqual({ kind: 'turn' });
  await records.change(second.deployment.id, () => [finished('cancelled')]);
  expect(await records.line({ ...place, environment })).toEqual([]);
}, 30_000);

test('a worker takes a deployment to its gate through the queue', async () => {
  const world = createMemoryWorld();
  const records = recordsHere();
  const ports = { ...world.ports, records };
  const created = await records.create(request());
  if (created.kind !== 'created') throw new Error(created.kind);
  const { id } = created.deployment;
  const connection = connectCluster(servers);
  const worker = startWorker({
    connection,
    portsForRun: () => ports,
    ports,
    settings: settingsWith(),
    wake,
    paintedVersion: async () => 0,
    name: 'w1',
  });
  await wake.wake(created.deployment);
  const d = await until(async () => {
    const latest = await records.read(id);
    return latest && openGate(latest) ? latest : undefined;
  });
  expect(d.phasesDone).toEqual(['prepare']);
  await worker.stop();
  connection.disconnect();
}, 60_000);
