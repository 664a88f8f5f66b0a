import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { type Painted, type Painter, startAnnouncer } from '../../jobs/announce.ts';
import { startWorker } from '../../jobs/main.ts';
import { ANNOUNCE_QUEUE, createWake, DEPLOY_QUEUE, PREFIX, type Wake } from '../../jobs/queue.ts';
import { reconcile } from '../../jobs/reconcile.ts';
import { startRedis, type PrivateRedis } from '../../sandbox/redis.ts';
import { openGate, type Deployment } from '../../src/deploy/record/deployment.ts';
import type { DeploymentEvent } from '../../src/deploy/record/events.ts';
import { type Connection, connectRedis } from '../../src/redis/connection/connect.ts';
import { finished, prepared } from '../support/events.ts';
import { createMemoryInspections, type MemoryInspections } from '../support/memory-inspections.ts';
import { createMemoryWorld, type MemoryWorld } from '../support/memory-ports.ts';
import { request } from '../support/stage-context.ts';
import { settingsWith } from '../support/target.ts';
import { until } from '../support/until.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
let server: PrivateRedis;
let asking: Connection;
let working: Connection;
let wake: Wake;
let deploys: Queue;
let announcements: Queue;
let world: MemoryWorld;
let inspections: MemoryInspections;
/** For painters without inspections. */
const nobody = async (): Promise<void> => undefined;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await startRedis();
  asking = connectRedis(server.url, 'fail-fast', silent);
  working = connectRedis(server.url, 'persistent', silent);
  deploys = new Queue(DEPLOY_QUEUE, { connection: asking, prefix: PREFIX });
  announcements = new Queue(ANNOUNCE_QUEUE, { connection: asking, prefix: PREFIX });
  wake = createWake(asking);
});
beforeEach(async () => {
  await asking.flushall();
  world = createMemoryWorld();
  inspections = createMemoryInspections();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(async () => {
  await wake.close();
  await Promise.all([deploys.close(), announcements.close()]);
  asking.disconnect();
  working.disconnect();
  await server.stop();
});

async function created(...events: DeploymentEvent[]): Promise<Deployment> {
  const answer = await world.records.create(request());
  if (answer.kind !== 'created') throw new Error(answer.kind);
  if (events.length > 0) await world.records.append(answer.deployment.id, ...events);
  const deployment = await world.records.read(answer.deployment.id);
  if (!deployment) throw new Error('no record');
  return deployment;
}

const read = async (id: string): Promise<Deployment> => {
  const deployment = await world.records.read(id);
  if (!deployment) throw new Error('no record');
  return deployment;
};

function work(
  over: MemoryWorld = world,
  name = 'w1',
  settings = settingsWith(),
): { stop(): Promise<void> } {
  const worker = startWorker({
    connection: working,
    portsForRun: () => over.ports,
    ports: over.ports,
    inspections,
    settings,
    wake,
    paintedVersion: async () => 0,
    sealAudit: async () => undefined,
    name,
  });
  stops.push(() => worker.stop());
  return worker;
}

const reconciler = (painted = 0) => ({
  records: world.records,
  wake,
  paintedVersion: async () => painted,
  sealAudit: async () => undefined,
  log: world.ports.log,
});

describe('waking', () => {
  test('twice makes one job, named by deployment and phase', async () => {
    const deployment = await created();
    await Promise.all([wake.wake(deployment), wake.wake(deployment), wake.wake(deployment)]);
    const jobs = await deploys.getJobs();
    expect(jobs.map(({ id, name, data }) => ({ id, name, data: data as unknown }))).toEqual([
      {
        id: `${deployment.id}_prepare`,
        name: 'prepare',
        data: { deployment: deployment.id, phase: 'prepare' },
      },
    ]);
  });

  test('an open gate makes one job that waits for its end', async () => {
    const expiresAt = Date.now() + 60_000;
    const deployment = await created(...prepared({ expiresAt }));
    await wake.wake(deployment);
    await wake.wake(deployment);
    const [job, ...others] = await deploys.getDelayed();
    expect(others).toEqual([]);
    expect(job?.id).toBe(`${deployment.id}_expire`);
    expect((job?.timestamp ?? 0) + (job?.delay ?? 0)).toBeLessThanOrEqual(expiresAt);
  });

  test('what is finished makes no job', async () => {
    await wake.wake(await created(finished('failed')));
    expect(await deploys.getJobs()).toEqual([]);
  });
});

describe('the reconciler', () => {
  test('lets the next in line begin once the one before is over, whoever noted its place', async () => {
    const first = await created();
    const lined = await world.records.createOrEnqueue(request({ ref: 'next' }), false);
    if (lined.kind !== 'waiting') throw new Error(lined.kind);
    const { id } = lined.deployment;
    await reconcile(reconciler());
    expect((await read(id)).queued).toMatchObject({ place: 1, behind: { kind: 'deployment' } });
    expect((await deploys.getJobs()).map((job) => job.id)).toEqual([`${first.id}_prepare`]);
    await world.records.change(first.id, () => [finished('failed')]);
    await reconcile(reconciler());
    expect((await deploys.getJobs()).map((job) => job.id)).toContain(`${id}_prepare`);
    expect(await world.records.claim(request())).toMatchObject({ deployment: id });
  });

  test('adds a job that got lost', async () => {
    const deployment = await created();
    await wake.wake(deployment);
    await deploys.remove(`${deployment.id}_prepare`);
    await reconcile(reconciler());
    expect((await deploys.getJobs()).map(({ id }) => id)).toEqual([`${deployment.id}_prepare`]);
  });

  test('goes on with the others when one record cannot be read', async () => {
    const broken = await created();
    await world.records.change(broken.id, () => [finished('failed')]);
    const deployment = await created();
    const { records } = world;
    const reading: typeof records = {
      ...records,
      active: async () => [broken.id, deployment.id],
      unpainted: async () => [broken.id, deployment.id],
      read: async (id) => {
        if (id === broken.id) throw new Error('a journal of another version');
        return records.read(id);
      },
      markPainted: async (id, version) => {
        if (id === broken.id) throw new Error('a journal of another version');
        return records.markPainted(id, version);
      },
    };
    await reconcile({ ...reconciler(), records: reading });
    expect((await deploys.getJobs()).map(({ id }) => id)).toEqual([`${deployment.id}_prepare`]);
    expect(await announcements.getJobs()).toHaveLength(1);
    expect(world.warnings).not.toEqual([]);
  });

  test('has a thread painted until it shows the last version', async () => {
    const deployment = await created();
    await reconcile(reconciler(0));
    expect(await world.records.unpainted()).toEqual([deployment.id]);
    await reconcile(reconciler(deployment.version));
    expect(await world.records.unpainted()).toEqual([]);
  });
});

describe('a worker', () => {
  test('carries a deployment to its gate and, once approved, to its end', async () => {
    const deployment = await created();
    work();
    await until(async () => openGate(await read(deployment.id)));
    const gate = openGate(await read(deployment.id));
    await world.records.append(deployment.id, {
      type: 'approved',
      at: Date.now(),
      by: 'U0BEN',
      digest: gate?.digest ?? '',
    });
    await wake.wake(await read(deployment.id));
    const { finished: end } = await until(async () => {
      const latest = await read(deployment.id);
      return latest.finished && latest;
    });
    expect(end?.ending).toBe('succeeded');
    await until(async () => (await deploys.getJobs(['active', 'waiting'])).length === 0);
  });

  test('runs a rollback while deployments hold every place, wherever it was queued', async () => {
    const busy = createMemoryWorld();
    let started = 0;
    const resolving: MemoryWorld = {
      ...busy,
      ports: {
        ...busy.ports,
        source: {
          ...busy.ports.source,
          async resolve(_settings, _ref, signal) {
            started += 1;
            // Until the worker stops.
            await once(signal, 'abort');
            throw signal.reason;
          },
        },
      },
    };
    const services = Array.from({ length: 51 }, (_, at) => `service-${at}`);
    const [engine] = Object.values(settingsWith().services);
    if (!engine) throw new Error('no service');
    const settings = {
      services: Object.fromEntries([...services, 'engine'].map((name) => [name, engine])),
    };
    for (const service of services) {
      const answer = await busy.records.create(request({ service }));
      if (answer.kind === 'created') await wake.wake(answer.deployment);
    }
    work(resolving, 'busy', settings);
    await until(async () => started === 50);
    const rollback = await busy.records.create(request({ kind: 'rollback' }));
    if (rollback.kind !== 'created') throw new Error(rollback.kind);
    await wake.wake(rollback.deployment);
    await until(async () => (await busy.records.read(rollback.deployment.id))?.finished);
    expect(started).toBe(50);
  });

  test('runs a rollback that an older version has put among the deployments', async () => {
    const answer = await world.records.create(request({ kind: 'rollback' }));
    if (answer.kind !== 'created') throw new Error(answer.kind);
    const { id } = answer.deployment;
    await deploys.add(
      'rollback',
      { deployment: id, phase: 'rollback' },
      { jobId: `${id}_rollback` },
    );
    work();
    await until(async () => (await read(id)).finished);
  });

  test('finds by itself what nobody has queued', async () => {
    const deployment = await created();
    work();
    await until(async () => openGate(await read(deployment.id)));
    await until(async () => (await deploys.getDelayedCount()) === 1);
  });

  test('says as an error, but not every time, that argo.yml lacks the service', async () => {
    const answer = await world.records.create(request({ service: 'gone' }));
    if (answer.kind !== 'created') throw new Error(answer.kind);
    const { id } = answer.deployment;
    let tries = 0;
    world.records.change = (...given) => {
      tries += 1;
      return createMemoryWorld().records.change(...given);
    };
    const errors: string[] = [];
    world.ports.log.error = (_fields, message) => void errors.push(message);
    work();
    for (let wanted = 1; wanted <= 3; wanted += 1) {
      await wake.wake(await read(id));
      await until(async () => tries >= wanted);
    }
    await until(async () => errors.length > 0);
    expect(errors).toEqual(['a deployment cannot continue until a person does what `next` says']);
  });

  test('closes a gate whose time is over, and cleans up', async () => {
    const deployment = await created(...prepared({ expiresAt: Date.now() + 50 }));
    await wake.wake(deployment);
    work();
    const latest = await until(async () => {
      const now = await read(deployment.id);
      return now.finished && now;
    });
    expect(latest.finished?.ending).toBe('expired');
    expect(latest.gate?.decision?.kind).toBe('expired');
  });

  test('never runs a deployment twice at once, whatever the queue hands out', async () => {
    let inside = 0;
    let most = 0;
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const { promise: leave, resolve: go } = Promise.withResolvers<void>();
    world.host.on['verify'] = async () => {
      inside += 1;
      most = Math.max(most, inside);
      enter();
      await leave;
      inside -= 1;
      return undefined;
    };
    const deployment = await created();
    await wake.wake(deployment);
    work();
    await entered;
    const second = await deploys.add('prepare', { deployment: deployment.id, phase: 'prepare' });
    await until(
      async () => (await second.isCompleted()) || (await second.getState()) === 'unknown',
    );
    go();
    await until(async () => openGate(await read(deployment.id)));
    expect(most).toBe(1);
    expect(
      world.records.journal(deployment.id).filter(({ type }) => type === 'phase-started'),
    ).toHaveLength(1);
  });

  test('that is stopped parks what it runs, and the next one goes on from there', async () => {
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    world.host.on['verify'] = async (_given, { signal }) => {
      enter();
      await new Promise((_done, broken) => {
        signal.addEventListener('abort', () => broken(new Error('stopped')));
      });
      return undefined;
    };
    const deployment = await created();
    await wake.wake(deployment);
    const first = work();
    await entered;
    await first.stop();
    const [intent, parked] = world.records.journal(deployment.id).slice(-2);
    expect(intent).toMatchObject({ type: 'intent', stage: 'verify' });
    expect(parked).toMatchObject({ type: 'phase-interrupted' });
    expect((await read(deployment.id)).due).toBe('prepare');
    delete world.host.on['verify'];
    work(world, 'w2');
    await until(async () => openGate(await read(deployment.id)));
    expect(world.host.scripts.filter((script) => script === 'upload')).toHaveLength(1);
  });

  test('takes nothing new up while it stops', async () => {
    const deployment = await created();
    const worker = work();
    await worker.stop();
    await wake.wake(deployment);
    expect(world.host.scripts).toEqual([]);
    expect((await deploys.getJobs()).length).toBe(1);
  });

  test('that took over a cancelled deployment cleans up', async () => {
    const cancel: DeploymentEvent = { type: 'cancel-requested', at: 1, by: 'U0ADA' };
    const deployment = await created(
      { type: 'phase-started', at: 1, phase: 'prepare', epoch: 0, worker: 'w0' },
      cancel,
    );
    work();
    const latest = await until(async () => {
      const now = await read(deployment.id);
      return now.finished && now;
    });
    expect(latest.finished?.ending).toBe('cancelled');
  });
});

/** Where nothing is written while it paints. */
const painter = (paint: Painter['paint']): Painter => ({ paint, version: async () => 1 });

describe('the announcer', () => {
  test('that is told to wait comes back by itself and paints', async () => {
    const painted: string[] = [];
    let busy = true;
    const announcer = startAnnouncer(
      working,
      painter(async (id) => {
        painted.push(id);
        if (!busy) return { kind: 'painted' };
        busy = false;
        return { kind: 'later', ms: 20, version: 1 };
      }),
      nobody,
      silent,
    );
    stops.push(() => announcer.stop());
    await wake.announce('d1');
    await until(() => painted.length === 2);
    await until(async () => (await announcements.getJobs()).length === 0);
    await wake.announce('d1');
    await until(() => painted.length === 3);
  });

  test('paints once more what changed while it painted, however often it was told', async () => {
    let painted = 0;
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const { promise: leave, resolve: go } = Promise.withResolvers<void>();
    const announcer = startAnnouncer(
      working,
      painter(async () => {
        painted += 1;
        enter();
        await leave;
        return { kind: 'painted' };
      }),
      nobody,
      silent,
    );
    stops.push(() => announcer.stop());
    await wake.announce('d1');
    await entered;
    await Promise.all(Array.from({ length: 10 }, () => wake.announce('d1')));
    go();
    await until(async () => painted > 1 && (await announcements.getJobs()).length === 0);
    expect(painted).toBe(2);
  });

  test('that waits is hastened by news, and left alone by who only makes sure', async () => {
    let painted = 0;
    const announcer = startAnnouncer(
      working,
      painter(async () => {
        painted += 1;
        return painted === 1 ? { kind: 'later', ms: 3_600_000, version: 1 } : { kind: 'painted' };
      }),
      nobody,
      silent,
    );
    stops.push(() => announcer.stop());
    await wake.announce('d1');
    await until(async () => (await announcements.getDelayedCount()) === 1);
    await wake.remind('d1');
    expect(await announcements.getDelayedCount()).toBe(1);
    await wake.announce('d1');
    await until(async () => painted === 2 && (await announcements.getJobs()).length === 0);
  });

  test('does not wait with what was written while it looked', async () => {
    let painted = 0;
    const paint = async (): Promise<Painted> => {
      painted += 1;
      return painted === 1 ? { kind: 'later', ms: 3_600_000, version: 1 } : { kind: 'painted' };
    };
    const announcer = startAnnouncer(working, { paint, version: async () => 2 }, nobody, silent);
    stops.push(() => announcer.stop());
    await wake.announce('d1');
    await until(async () => painted === 2 && (await announcements.getJobs()).length === 0);
  });

  test('keeps deployments apart', async () => {
    await wake.announce('d1');
    await wake.announce('d1');
    await wake.announce('d2');
    expect(await announcements.getJobs()).toHaveLength(2);
  });
});
