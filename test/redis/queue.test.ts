import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startWorker } from '../../jobs/main.ts';
import { createWake, type Wake } from '../../jobs/queue.ts';
import { type Deployment, openGate } from '../../src/deploy/record/deployment.ts';
import type { Records } from '../../src/deploy/history/records.ts';
import { createRedactor } from '../../src/deploy/secrets/redactor.ts';
import { listenToChanges, type Changes } from '../../src/redis/records/changes.ts';
import { type Connection, connectRedis } from '../../src/redis/connection/connect.ts';
import { createRecords } from '../../src/redis/records/records.ts';
import { createReplicated } from '../../src/redis/connection/replicated.ts';
import { createMemoryInspections } from '../support/memory-inspections.ts';
import { createMemoryWorld, type MemoryWorld } from '../support/memory-ports.ts';
import { answering, emptied, redisKinds, type Servers } from '../support/redis-kinds.ts';
import { request } from '../support/stage-context.ts';
import { settingsWith } from '../support/target.ts';
import { until } from '../support/until.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe.each(redisKinds)('a worker on $name', ({ start }) => {
  let servers: Servers;
  let asking: Connection;
  let waking: Connection;
  let working: Connection;
  let changes: Changes;
  let records: Records;
  let wake: Wake;
  let world: MemoryWorld;
  let worker: { stop(): Promise<void> };

  beforeAll(async () => {
    servers = await start();
    asking = connectRedis(servers.url, 'fail-fast', silent);
    waking = connectRedis(servers.url, 'fail-fast', silent);
    working = connectRedis(servers.url, 'persistent', silent);
    changes = await listenToChanges(connectRedis(servers.url, 'persistent', silent));
    wake = createWake(waking);
    records = createRecords({
      redis: asking,
      replicated: createReplicated(asking, silent),
      redactor: createRedactor(),
      subscribe: (id, changed) => changes.subscribe(id, changed),
    });
  }, 60_000);
  beforeEach(async () => {
    await emptied(asking);
    world = createMemoryWorld();
    const ports = { ...world.ports, records };
    worker = startWorker({
      connection: working,
      portsForRun: () => ports,
      ports,
      inspections: createMemoryInspections(),
      settings: settingsWith(),
      wake,
      paintedVersion: async () => 0,
      sealAudit: async () => undefined,
      name: 'w1',
    });
  });
  afterEach(() => worker.stop());
  afterAll(async () => {
    await wake.close();
    changes.close();
    for (const connection of [asking, waking, working]) connection.disconnect();
    await servers.stop();
  });

  async function created(): Promise<Deployment> {
    const answer = await records.create(request());
    if (answer.kind !== 'created') throw new Error(answer.kind);
    return answer.deployment;
  }

  /** Asks like somebody who is told of an outage, and comes again. */
  const latest = async (id: string) => records.read(id).catch(() => undefined);

  async function gateOf(id: string): Promise<Deployment> {
    return until(async () => {
      const d = await latest(id);
      if (d?.finished) throw new Error(`it ended as ${d.finished.ending} before its gate`);
      return d && openGate(d) ? d : undefined;
    });
  }

  async function approve(d: Deployment): Promise<void> {
    const digest = openGate(d)?.digest ?? '';
    const changed = await records.change(d.id, () => [
      { type: 'approved', at: Date.now(), by: 'U0BEN', digest },
    ]);
    if (changed.kind !== 'missing') await wake.wake(changed.deployment);
  }

  async function endOf(id: string): Promise<Deployment> {
    return until(async () => {
      const d = await latest(id);
      return d?.finished ? d : undefined;
    });
  }

  test('takes a deployment to its gate and, once approved, to its end', async () => {
    const deployment = await created();
    await wake.wake(deployment);
    await approve(await gateOf(deployment.id));
    const { finished } = await endOf(deployment.id);
    expect(finished?.ending).toBe('succeeded');
    expect(await records.claim(request())).toBeUndefined();
    expect((await records.history(request(), 5)).map(({ id }) => id)).toEqual([deployment.id]);
  }, 60_000);

  test('goes on when the server with the records ends in the middle of a stage', async () => {
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const { promise: leave, resolve: go } = Promise.withResolvers<void>();
    let first = true;
    world.host.on['verify'] = async () => {
      enter();
      if (first) await leave;
      first = false;
      return undefined;
    };
    const deployment = await created();
    await wake.wake(deployment);
    await entered;
    await servers.interrupt();
    go();
    const ready = await gateOf(deployment.id);
    await answering(asking);
    await approve(ready);
    expect((await endOf(deployment.id)).finished?.ending).toBe('succeeded');
    expect(world.host).toMatchObject({ live: 'green' });
    expect(world.host.scripts.filter((script) => script === 'switch')).toHaveLength(1);
  }, 120_000);
});
