import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { startRedis, type PrivateRedis } from '../../sandbox/redis.ts';
import { openGate, type Deployment } from '../../src/deploy/record/deployment.ts';
import { Fenced } from '../../src/deploy/record/errors.ts';
import type { DeploymentEvent } from '../../src/deploy/record/events.ts';
import { JournalEvent } from '../../src/deploy/record/journal-event.ts';
import { fold } from '../../src/deploy/record/fold.ts';
import { advanceQueue } from '../../src/deploy/acts/queue.ts';
import { Claim, type Records } from '../../src/deploy/history/records.ts';
import { createRedactor } from '../../src/deploy/secrets/redactor.ts';
import { type Connection, connectRedis } from '../../src/redis/connection/connect.ts';
import { key } from '../../src/redis/records/keys.ts';
import { createRecords } from '../../src/redis/records/records.ts';
import { APPEND, TAKE_EPOCH } from '../../src/redis/records/scripts.ts';
import { request } from '../support/stage-context.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const redactor = createRedactor();
let server: PrivateRedis;
let redis: Connection;

beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, 'fail-fast', silent);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** The records over the real scripts; between any two questions to Redis anybody else may come first. */
function recordsOf({ scheduler, sent }: Real, who: string): Records {
  const slow = new Proxy(redis, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...given: unknown[]): Promise<unknown> => {
        await scheduler.schedule(Promise.resolve(), `${who} ${String(name)}`);
        const answer = Promise.resolve(Reflect.apply(value, target, given));
        if (name === 'eval') sent.push({ script: given[0], epoch: given[12], answer });
        return answer;
      };
    },
  });
  return createRecords({ redis: slow, redactor, subscribe: async () => async () => undefined });
}

/** What the commands know of what they have begun; how it went is seen when all of it is over. */
interface Model {
  begun: number;
}

interface Real {
  id: string;
  scheduler: fc.Scheduler;
  /** What each of them does, one after the other; between two of them anything goes. */
  acts: Record<string, Promise<void>>;
  /** What Redis was told, in its order, since all of it goes over one connection. */
  sent: { script: unknown; epoch: unknown; answer: Promise<unknown> }[];
  /** Writes that were said to be done. */
  written: string[];
  epochs: Record<string, number>;
  created: string[];
  /** Who stands in line. */
  waiting?: Deployment;
  /** Those of them that were told to begin. */
  turns: Set<string>;
}

type Act = (real: Real, records: Records) => Promise<void>;

class Begin implements fc.AsyncCommand<Model, Real> {
  readonly who: string;
  readonly what: string;
  readonly act: Act;

  constructor(who: string, what: string, act: Act) {
    this.who = who;
    this.what = what;
    this.act = act;
  }

  check(): boolean {
    return true;
  }

  /** Begins, and lets the next one begin beside it. */
  async run(model: Model, real: Real): Promise<void> {
    model.begun += 1;
    const before = real.acts[this.who] ?? Promise.resolve();
    const begun = before
      .then(() => this.act(real, recordsOf(real, this.who)))
      .catch((error: unknown) => {
        // Being told that somebody else has taken over is what a worker must expect.
        if (!(error instanceof Fenced)) throw error;
      });
    begun.catch(() => undefined);
    real.acts[this.who] = begun;
  }

  toString(): string {
    return `${this.who} ${this.what}`;
  }
}

let count = 0;
/** A mark that names the epoch it was written under, 0 for a person. */
function mark(epoch: number): DeploymentEvent {
  count += 1;
  return { type: 'alerted', at: 1, reason: `${epoch} ${count}` };
}
const nameOf = (event: DeploymentEvent): string => JSON.stringify(event);

const takesOver =
  (who: string): Act =>
  async (real, records) => {
    const epoch = await records.takeEpoch(real.id);
    real.epochs[who] = epoch;
    await records.changeAs(real.id, epoch, (latest) =>
      latest.due ? [{ type: 'phase-started', at: 1, phase: latest.due, epoch, worker: who }] : [],
    );
  };

const writes =
  (who: string): Act =>
  async (real, records) => {
    const epoch = real.epochs[who];
    if (epoch === undefined) return;
    const event = mark(epoch);
    await records.changeAs(real.id, epoch, () => [event]);
    real.written.push(nameOf(event));
  };

const gate: DeploymentEvent[] = [
  { type: 'phase-done', at: 1, phase: 'prepare' },
  { type: 'gate-opened', at: 1, digest: 'd', expiresAt: 2 },
];

const opensGate =
  (who: string): Act =>
  async (real, records) => {
    const epoch = real.epochs[who];
    if (epoch === undefined) return;
    await records.changeAs(real.id, epoch, (latest) => (latest.due === 'prepare' ? gate : []));
  };

const ends =
  (who: string): Act =>
  async (real, records) => {
    const epoch = real.epochs[who];
    if (epoch === undefined) return;
    await records.changeAs(real.id, epoch, (latest) =>
      latest.finished || latest.due
        ? []
        : openGate(latest)
          ? []
          : [{ type: 'finished', at: 1, ending: 'failed' }],
    );
  };

const decides =
  (event: DeploymentEvent): Act =>
  async (real, records) => {
    const { kind } = await records.change(real.id, (latest) => (openGate(latest) ? [event] : []));
    if (kind === 'changed') real.written.push(nameOf(event));
  };

const asks: Act = async (real, records) => {
  const answer = await records.create(request());
  if (answer.kind === 'created') real.created.push(answer.deployment.id);
  else expect(answer).toMatchObject({ kind: 'busy' });
};

/** Waits behind the first, and takes its turn as soon as there is one. */
const waitsFor: Act = async (real, records) => {
  const before = real.waiting;
  if (before) {
    const { due } = await advanceQueue(records, before);
    if (due) real.turns.add(before.id);
    return;
  }
  const answer = await records.createOrEnqueue(request({ ref: 'next' }), false);
  if (answer.kind === 'created') real.created.push(answer.deployment.id);
  if (answer.kind === 'waiting') real.waiting = answer.deployment;
};

const workers = ['worker a', 'worker b'] as const;
const commands = fc.commands(
  [
    ...workers.flatMap((who) => [
      fc.constant(new Begin(who, 'takes over', takesOver(who))),
      fc.constant(new Begin(who, 'writes', writes(who))),
      fc.constant(new Begin(who, 'opens the gate', opensGate(who))),
      fc.constant(new Begin(who, 'ends it', ends(who))),
    ]),
    fc.constant(
      new Begin('clicker', 'approves', decides({ type: 'approved', at: 1, by: 'U0', digest: 'd' })),
    ),
    fc.constant(
      new Begin('clicker', 'rejects', decides({ type: 'rejected', at: 1, by: 'U0', reason: 'no' })),
    ),
    fc.constant(new Begin('expiry', 'expires', decides({ type: 'expired', at: 1 }))),
    fc.constant(new Begin('rival', 'asks', asks)),
    fc.constant(new Begin('patient', 'waits', waitsFor)),
  ],
  { maxCommands: 24 },
);

test('two workers, a clicker, an expiry and a rival, in any order of their questions to Redis', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), commands, fc.boolean(), async (scheduler, begun, open) => {
      await redis.flushall();
      const records = createRecords({
        redis,
        redactor,
        subscribe: async () => async () => undefined,
      });
      const first = await records.create(request());
      if (first.kind !== 'created') throw new Error(first.kind);
      const { id } = first.deployment;
      if (open) await records.change(id, () => gate);
      const real: Real = {
        id,
        scheduler,
        acts: {},
        sent: [],
        written: [],
        epochs: {},
        created: [],
        turns: new Set(),
      };
      await fc.scheduledModelRun(scheduler, () => ({ model: { begun: 0 }, real }), begun);
      await scheduler.waitFor(Promise.all(Object.values(real.acts)));
      await holds(real);
    }),
    { numRuns: 300 },
  );
}, 120_000);

/** Whoever has an older epoch than was given out already is refused, whether the new one has written or not. */
async function fencedAll({ sent }: Real): Promise<void> {
  let given = 0;
  for (const { script, epoch, answer } of sent) {
    const said = await answer;
    if (script === TAKE_EPOCH) given = Math.max(given, Number(said));
    if (script !== APPEND || epoch === '' || Number(epoch) >= given) continue;
    expect(said).toEqual(['fenced', String(given)]);
  }
}

async function holds(real: Real): Promise<void> {
  await fencedAll(real);
  const lines = await redis.lrange(key('journal', real.id), 0, -1);
  const events = lines.map((line) => JournalEvent.parse(JSON.parse(line)));
  // Nothing that was said to be written is missing, and nothing is there twice.
  const names = events.map(nameOf);
  for (const event of real.written) expect(names.filter((name) => name === event)).toHaveLength(1);
  const decisions = events.filter(({ type }) => ['approved', 'rejected', 'expired'].includes(type));
  expect(decisions.length).toBeLessThanOrEqual(1);
  // No worker writes after one with a higher epoch.
  let highest = 0;
  for (const event of events) {
    const epoch =
      event.type === 'phase-started'
        ? event.epoch
        : event.type === 'alerted'
          ? Number(event.reason.split(' ')[0])
          : highest;
    expect(epoch).toBeGreaterThanOrEqual(highest);
    highest = epoch;
  }
  const d = fold(events);
  const holder = await redis.get('{argo}:place:engine:production:claim');
  const owner = holder === null ? undefined : Claim.parse(JSON.parse(holder)).deployment;
  // A rival, or who waits, gets in only once the first has ended; then it has the claim and nobody else.
  const inside = [...real.created, ...real.turns];
  if (d.finished === undefined) {
    expect(inside).toEqual([]);
    expect(owner).toBe(real.id);
  } else {
    expect(inside.length).toBeLessThanOrEqual(1);
    expect(owner).toBe(inside[0]);
  }
}
