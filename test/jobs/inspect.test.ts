/** Inspections over a real Redis: kept, run by a worker, answered once, retried after a crash. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { startAnnouncer } from '../../jobs/announce.ts';
import { inspectJob } from '../../jobs/inspect.ts';
import { startWorker } from '../../jobs/main.ts';
import { ANNOUNCE_QUEUE, createWake, INSPECT_QUEUE, PREFIX, type Wake } from '../../jobs/queue.ts';
import type { InspectionRequest, Inspections } from '../../src/deploy/inspections/inspection.ts';
import { type Connection, connectRedis } from '../../src/redis/connection/connect.ts';
import { createReplicated } from '../../src/redis/connection/replicated.ts';
import { createInspections } from '../../src/redis/records/inspections.ts';
import { key } from '../../src/redis/records/keys.ts';
import { createMemoryWorld, type MemoryWorld } from '../support/memory-ports.ts';
import { type PrivateRedis, startRedis } from '../../sandbox/redis.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
import { settingsWith } from '../support/target.ts';
import { until } from '../support/until.ts';

let server: PrivateRedis;
let asking: Connection;
let working: Connection;
let wake: Wake;
let inspections: Inspections;
let world: MemoryWorld;
const queues: Queue[] = [];
const stops: (() => Promise<void>)[] = [];
let told: string[] = [];

const request: InspectionRequest = {
  kind: 'health',
  id: 'i1',
  at: 1,
  service: 'engine',
  environment: 'production',
  origin: { user: 'U0ADA', channel: 'C0OPS', team: 'T0' },
};

beforeAll(async () => {
  server = await startRedis();
  asking = connectRedis(server.url, 'fail-fast', silent);
  working = connectRedis(server.url, 'persistent', silent);
  wake = createWake(asking);
  inspections = createInspections({ redis: asking, replicated: createReplicated(asking, silent) });
  for (const name of [INSPECT_QUEUE, ANNOUNCE_QUEUE])
    queues.push(new Queue(name, { connection: asking, prefix: PREFIX }));
});
beforeEach(async () => {
  await asking.flushall();
  world = createMemoryWorld();
  told = [];
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(async () => {
  await wake.close();
  await Promise.all(queues.map((queue) => queue.close()));
  asking.disconnect();
  working.disconnect();
  await server.stop();
});

function startPainter(answer: (id: string, late: boolean) => Promise<void>): void {
  const painter = { paint: async () => ({ kind: 'painted' }) as const, version: async () => 0 };
  const announcer = startAnnouncer(working, painter, answer, silent);
  stops.push(() => announcer.stop());
}

function work(): { stop(): Promise<void> } {
  const worker = startWorker({
    connection: working,
    portsForRun: () => world.ports,
    ports: world.ports,
    inspections,
    settings: settingsWith(),
    wake,
    paintedVersion: async () => 0,
    sealAudit: async () => undefined,
    name: 'w1',
  });
  stops.push(() => worker.stop());
  return worker;
}

const tell = async (id: string, late: boolean): Promise<void> =>
  void told.push(`${id} ${late ? 'late' : 'answer'}`);
const run = () => ({
  ports: world.ports,
  settings: settingsWith(),
  signal: new AbortController().signal,
});
const job = { data: { inspection: 'i1' } };

describe('an inspection', () => {
  test('is run by a worker and answered, without a record', async () => {
    startPainter(tell);
    work();
    await inspections.request(request);
    await wake.inspect('i1');
    await until(() => told.includes('i1 answer'));
    expect((await inspections.read('i1'))?.result).toMatchObject({ kind: 'found' });
    expect(await world.records.active()).toEqual([]);
    expect(await asking.ttl(key('inspection', 'i1'))).toBeGreaterThan(3_000);
  });

  test('of a worker that stops is run by the next one', async () => {
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    world.host.on['inspect'] = () => {
      enter();
      return new Promise(() => undefined);
    };
    startPainter(tell);
    const first = work();
    await inspections.request(request);
    await wake.inspect('i1');
    await entered;
    await first.stop();
    world = createMemoryWorld();
    work();
    await until(() => told.includes('i1 answer'));
    expect(await inspections.read('i1')).toMatchObject({ starts: 2, result: { kind: 'found' } });
  });

  test('that stops every worker is given up, and the person is told', async () => {
    await inspections.request(request);
    for (let crash = 0; crash < 2; crash += 1) await inspections.start('i1');
    const answered: string[] = [];
    await inspectJob(job, run(), inspections, { answer: async (id) => void answered.push(id) });
    expect(answered).toEqual(['i1']);
    expect((await inspections.read('i1'))?.result).toMatchObject({
      kind: 'failed',
      failure: { code: 'crash-loop' },
    });
    expect(world.host.scripts).toEqual([]);
  });

  test('that nobody took in time is dropped', async () => {
    const answered: string[] = [];
    await inspectJob(job, run(), inspections, { answer: async (id) => void answered.push(id) });
    expect(answered).toEqual([]);
    expect(world.host.scripts).toEqual([]);
  });

  test('is asked for after 15 seconds, once', async () => {
    await inspections.request(request);
    await wake.inspect('i1');
    await wake.inspect('i1');
    const [inspect, announce] = queues;
    expect(await inspect?.getWaitingCount()).toBe(1);
    const [late] = (await announce?.getDelayed()) ?? [];
    expect(late).toMatchObject({ name: 'late', delay: 15_000, data: { inspection: 'i1' } });
    expect(await announce?.getDelayedCount()).toBe(1);
    startPainter(tell);
    await late?.promote();
    await until(() => told.includes('i1 late'));
  });

  test('is told again when Slack refused it', async () => {
    let tries = 0;
    startPainter(async (id, late) => {
      tries += 1;
      if (tries === 1) throw new Error('Slack is away');
      await tell(id, late);
    });
    await wake.answer('i1');
    await until(() => told.includes('i1 answer'));
  });
});

test('a request is in the audit once, and kept for ten minutes', async () => {
  await inspections.request(request);
  await inspections.request(request);
  const lines = await asking.lrange(key('audit-pending'), 0, -1);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({
      kind: 'request',
      asked: 'health',
      person: 'U0ADA',
      deployment: 'i1',
    }),
  ]);
  const ttl = await asking.ttl(key('inspection', 'i1'));
  expect(ttl).toBeGreaterThan(0);
  expect(ttl).toBeLessThanOrEqual(600);
  await inspections.finish('i2', {
    kind: 'found',
    findings: { kind: 'health', slots: {} },
    warnings: [],
  });
  expect(await inspections.read('i2')).toBeUndefined();
});
