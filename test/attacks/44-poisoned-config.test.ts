/**
 * The attacker writes the service's config on its host, and puts words of the bot's journal where secrets are
 * expected: states, names, ids, and as many values as fit. What is learned of it must neither break a record, a
 * button or a link, nor take the words out of messages, nor push out the secrets of others.
 */
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';
import { startRedis } from '../../sandbox/redis.ts';
import type { DeploymentEvent } from '../../src/deploy/record/events.ts';
import { createRedactor, type Redactor } from '../../src/deploy/secrets/redactor.ts';
import { listenToChanges, type Changes } from '../../src/redis/records/changes.ts';
import { type Connection, connectRedis } from '../../src/redis/connection/connect.ts';
import { createRecords } from '../../src/redis/records/records.ts';
import { createReplicated } from '../../src/redis/connection/replicated.ts';
import { cleanMessage } from '../../src/slack/api/clean-message.ts';
import { messagesOf } from '../../src/slack/views/messages.ts';
import { blocksNobody } from '../support/event-loop.ts';
import { play } from '../support/play.ts';
import { emptied } from '../support/redis-kinds.ts';
import { request } from '../support/stage-context.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const OWN = 'signing-secret-of-the-bot';

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: Connection;
let changes: Changes;

beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, 'fail-fast', silent);
  changes = await listenToChanges(connectRedis(server.url, 'persistent', silent), 3_600_000);
}, 60_000);
beforeEach(() => emptied(redis));
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  changes.close();
  redis.disconnect();
  await server.stop();
});

/** The events of a deployment that is rolled back, and one that succeeds. */
async function journals(): Promise<DeploymentEvent[][]> {
  return Promise.all(
    ['succeeded', 'rolled-back'].map(async (ending) => {
      const p = await play();
      await p.phase('prepare');
      await p.approve();
      if (ending === 'rolled-back') p.host.answers = () => ({ status: 500 });
      await p.go();
      return [...p.records.journal(p.id)];
    }),
  );
}

/** All texts of a record, and pieces of them, as the values of a config. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value, ...value.split(/\W+/)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [key, ...textsOf(one)]);
}

/** What Slack sends back or follows. */
function worksOf(view: unknown): string[] {
  if (typeof view === 'string') return view.match(/<(?:[@#!]|https?:)[^<>]*>/g) ?? [];
  if (typeof view !== 'object' || view === null) return [];
  return Object.entries(view).flatMap(([key, one]: [string, unknown]) =>
    /^(?:type|value|url|.*_id|style)$/.test(key) ? [`${key}=${String(one)}`] : worksOf(one),
  );
}

async function written(redactor: Redactor, events: readonly DeploymentEvent[]) {
  const records = createRecords({
    redis,
    replicated: createReplicated(redis, silent),
    redactor,
    subscribe: (id, changed) => changes.subscribe(id, changed),
  });
  const created = await records.create(request());
  if (created.kind !== 'created') throw new Error(created.kind);
  const { id } = created.deployment;
  for (const event of events.slice(1)) await records.change(id, () => [event]);
  const deployment = await records.read(id);
  if (!deployment) throw new Error('no record');
  const views = messagesOf(deployment, { target: undefined, style: 'plan', authors: undefined });
  return { deployment, views: cleanMessage(redactor, views) };
}

describe('a config of journal words', () => {
  test('breaks no record, no button and no link', async () => {
    for (const events of await journals()) {
      // Two records of the same second, whenever they are written.
      jest.spyOn(Date, 'now').mockReturnValue(Date.now());
      const plain = await written(createRedactor(), events);
      await emptied(redis);
      const redactor = createRedactor();
      const values = [...textsOf(events), ...textsOf(plain.deployment), plain.deployment.id];
      redactor.learn(values.filter((value) => value.length < 200));
      const poisoned = await written(redactor, events);
      expect(poisoned.deployment.finished?.ending).toBe(plain.deployment.finished?.ending);
      expect(poisoned.deployment.stages.map(({ name, status }) => [name, status])).toEqual(
        plain.deployment.stages.map(({ name, status }) => [name, status]),
      );
      expect(poisoned.deployment.facts.release).toBe(plain.deployment.facts.release);
      const { id } = plain.deployment;
      const asOf = (views: unknown, own: string) =>
        worksOf(views).map((one) => one.replaceAll(own, 'ID'));
      expect(asOf(poisoned.views, poisoned.deployment.id)).toEqual(asOf(plain.views, id));
      expect(worksOf(plain.views).length).toBeGreaterThan(3);
      await emptied(redis);
    }
  });

  test('takes no state, kind or id out of what people read', async () => {
    const redactor = createRedactor();
    await redactor.learnFromHost(['rolled-back', 'Watch', 'succeeded', 'approved', 'U0ADA12345']);
    await redactor.learnFromHost(['20261128-160249-1a2b3c4', 'blue', 'hunter2!']);
    const text = 'Watch of blue approved by U0ADA12345: 20261128-160249-1a2b3c4 was rolled-back';
    expect(redactor.clean(`${text}, hunter2!`)).toBe(`${text}, [secret]`);
  });

  test('of a hundred thousand values pushes out older ones of hosts, and none of the bot', async () => {
    const redactor = createRedactor();
    redactor.learn([OWN]);
    const values = Array.from({ length: 100_000 }, (_, at) => `value-${at}-of-many`);
    await redactor.learnFromHost(values);
    expect(redactor.clean(`${OWN} value-99999-of-many x`)).toBe('[secret] [secret] x');
    expect(redactor.clean('value-0-of-many')).toBe('value-0-of-many');
  }, 120_000);

  test('whose values begin alike costs no more than others', async () => {
    const redactor = createRedactor();
    await redactor.learnFromHost(
      Array.from({ length: 9_000 }, (_, at) => `${'a'.repeat(40)}${at}`),
    );
    await redactor.learnFromHost(Array.from({ length: 50 }, (_, at) => `${'a'.repeat(at + 6)}b`));
    await blocksNobody(() => redactor.cleanInSlices('a'.repeat(100_000)));
  }, 300_000);
});
