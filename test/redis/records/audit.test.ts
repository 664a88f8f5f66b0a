import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Deployment } from '../../../src/deploy/record/deployment.ts';
import { createVerifier, type Entry } from '../../../src/deploy/audit/chain.ts';
import type { DeploymentEvent, DeployRequest } from '../../../src/deploy/record/events.ts';
import type { Records } from '../../../src/deploy/history/records.ts';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import { type Audit, createAudit } from '../../../src/redis/records/audit.ts';
import { type Connection, connectRedis } from '../../../src/redis/connection/connect.ts';
import { key } from '../../../src/redis/records/keys.ts';
import { createRecords } from '../../../src/redis/records/records.ts';
import { findDamaged, setAside } from '../../../src/redis/records/repair.ts';
import { createReplicated } from '../../../src/redis/connection/replicated.ts';
import { finished } from '../../support/events.ts';
import { answering, emptied, redisKinds, type Servers } from '../../support/redis-kinds.ts';
import { request } from '../../support/stage-context.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const place = { service: 'engine', environment: 'production' };
const cancelled = (by: string, digest: string): DeploymentEvent => ({
  type: 'cancel-requested',
  at: Date.now(),
  by,
  digest,
});

function over(connection: Connection) {
  const replicated = createReplicated(connection, silent);
  return {
    records: createRecords({
      redis: connection,
      replicated,
      redactor: createRedactor(),
      subscribe: () => Promise.resolve(() => Promise.resolve()),
    }),
    audit: createAudit({ redis: connection, replicated }),
  };
}

async function created(by: Records, more: Partial<DeployRequest> = {}): Promise<Deployment> {
  const answer = await by.create(request(more));
  if (answer.kind !== 'created') throw new Error(answer.kind);
  return answer.deployment;
}

describe.each(redisKinds)('the audit on $name', ({ start }) => {
  let server: Servers;
  let redis: Connection;
  let records: Records;
  let audit: Audit;

  beforeAll(async () => {
    server = await start();
    redis = connectRedis(server.url, 'fail-fast', silent);
    ({ records, audit } = over(redis));
  }, 60_000);
  beforeEach(() => emptied(redis));
  const opened: Connection[] = [];
  afterEach(() => {
    for (const connection of opened.splice(0)) connection.disconnect();
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  /** Every script is run twice, as when the first answer is lost on the way. */
  function askedTwice(): ReturnType<typeof over> {
    return over(
      new Proxy(redis, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (name !== 'eval' || typeof value !== 'function') return value;
          return async (...given: unknown[]): Promise<unknown> => {
            await Reflect.apply(value, target, given);
            return Reflect.apply(value, target, given);
          };
        },
      }),
    );
  }

  /** Fails where the chain is not intact. */
  async function entries(): Promise<Entry[]> {
    const verifier = createVerifier();
    const all: Entry[] = [];
    for await (const page of audit.pages()) {
      for (const line of page) {
        const entry = verifier.verifyNext(line);
        if (entry) all.push(entry);
      }
    }
    expect(verifier.misfit()).toBeUndefined();
    return all;
  }

  test.each(['once', 'twice'])('has each decision, though every script is run %s', async (how) => {
    const { records: by } = how === 'once' ? { records } : askedTwice();
    const { id } = await created(by);
    await by.createOrEnqueue(request(), true);
    await by.change(id, () => [{ type: 'gate-opened', at: 1, digest: 'f00', expiresAt: 9 }]);
    await by.change(id, () => [{ type: 'voted', at: 1, by: 'U1', digest: 'f00', note: 'read it' }]);
    await by.change(id, () => [{ type: 'approved', at: 2, by: 'U2', digest: 'f00' }]);
    await by.change(id, () => [finished('succeeded')]);
    await audit.seal();
    expect(await entries()).toMatchObject([
      { n: 1, kind: 'request', outcome: 'started', deployment: id, ...place },
      { n: 2, kind: 'request', outcome: 'queued' },
      { n: 3, kind: 'approval', person: 'U1', digest: 'f00', note: 'read it' },
      { n: 4, kind: 'approval', person: 'U2', digest: 'f00', outcome: 'approved' },
      { n: 5, kind: 'end', person: 'argo-bot', outcome: 'succeeded' },
    ]);
  });

  test('has locks and who took them off, once each', async () => {
    const frozen = {
      reason: 'holidays',
      by: 'U0',
      at: 1,
      freeze: true,
      until: Date.now() + 60_000,
    };
    const { records: by } = askedTwice();
    expect(await by.lockIfOpen(place, frozen)).toBeUndefined();
    expect(await by.lockIfOpen(place, { ...frozen, by: 'U1' })).toEqual(frozen);
    expect(await records.unlock(place, 'U2', frozen)).toEqual(frozen);
    expect(await records.unlock(place, 'U2')).toBeUndefined();
    await by.lock(place, { reason: 'rolled back', by: 'argo-bot', at: 2 });
    expect(await records.unlock(place, 'U3')).toMatchObject({ by: 'argo-bot' });
    await audit.seal();
    const until = `locked until ${new Date(frozen.until).toISOString()}`;
    expect(await entries()).toMatchObject([
      { kind: 'freeze', person: 'U0', note: 'holidays', outcome: until, ...place },
      {
        kind: 'unfreeze',
        person: 'U2',
        note: 'holidays',
        digest: expect.stringMatching(/^\w{64}$/),
      },
      { kind: 'lock', person: 'argo-bot', note: 'rolled back', outcome: 'locked' },
      { kind: 'unlock', person: 'U3', outcome: 'unlocked; was locked by argo-bot' },
    ]);
  });

  test('has a repair, with the environment that it locked', async () => {
    const { id } = await created(records);
    await redis.rpush(key('journal', id), 'damaged');
    const [found] = await findDamaged(records, [place]);
    if (!found) throw new Error('not found');
    const lock = { reason: 'set aside', by: 'argo-bot', at: 1 };
    await setAside({ redis }, found, lock, { places: [place], by: 'ada@bot-1' });
    await setAside({ redis }, found, lock, { places: [place], by: 'ada@bot-1' });
    await audit.seal();
    const outcome = 'record set aside, environment locked';
    expect((await entries()).slice(1)).toMatchObject([
      { kind: 'repair', person: 'ada@bot-1', deployment: id, outcome, ...place },
    ]);
    expect(await entries()).toHaveLength(2);
  });

  test('of 1,000 decisions by two writers loses none and has none twice, with two sealers meanwhile', async () => {
    const { id } = await created(records);
    const connections = [1, 2, 3, 4].map(() => connectRedis(server.url, 'fail-fast', silent));
    opened.push(...connections);
    const [one, two, three, four] = connections.map((connection) => over(connection));
    if (!one || !two || !three || !four) throw new Error('no connection');
    const writing = new AbortController();
    const write = async (by: Records, person: string): Promise<void> => {
      for (let n = 0; n < 250; n++) {
        await by.change(id, () => [cancelled(person, String(n))]);
        await by.lock({ ...place, environment: person }, { reason: String(n), by: person, at: n });
      }
    };
    const seal = async (by: Audit): Promise<void> => {
      while (!writing.signal.aborted) await by.seal();
      await by.seal();
    };
    const sealing = [seal(three.audit), seal(four.audit)];
    await Promise.all([write(one.records, 'U1'), write(two.records, 'U2')]).finally(() =>
      writing.abort(),
    );
    await Promise.all(sealing);
    const all = (await entries()).slice(1);
    expect(all).toHaveLength(1_000);
    const of = (person: string, kind: string) =>
      all
        .filter((entry) => entry.person === person && entry.kind === kind)
        .map(({ digest, note }) => Number(digest ?? note));
    const numbers = Array.from({ length: 250 }, (_, n) => n);
    for (const person of ['U1', 'U2'])
      for (const kind of ['cancel', 'lock']) expect(of(person, kind)).toEqual(numbers);
    expect(await redis.llen(key('audit-pending'))).toBe(0);
  }, 60_000);

  test('goes on after what somebody has damaged, be it waiting or sealed', async () => {
    const decision = { at: 'x', kind: 'setup', person: 'U1', outcome: 'set up' };
    await audit.record(decision);
    await audit.seal();
    await redis.lset(key('audit'), 0, Buffer.from([0xff, 0xfe]));
    await redis.rpush(key('audit-pending'), Buffer.from([0xff, 0x22]), 'null');
    await audit.record(decision);
    expect(await audit.seal()).toMatchObject({ n: 4 });
    const lines = await redis.lrange(key('audit'), 0, -1);
    expect(lines.slice(1)).toEqual([
      expect.stringContaining('"unreadable"'),
      expect.stringContaining('"unreadable"'),
      expect.stringContaining('"setup"'),
    ]);
    expect(await redis.llen(key('audit-pending'))).toBe(0);
  });

  test.each([
    ['other white space', (line: string) => JSON.stringify(JSON.parse(line), undefined, 1)],
    ['another name for the hash', (line: string) => line.replace('"hash"', '"h\\u0061sh"')],
    ['a hash that is none', (line: string) => line.replace(/"hash":"\w+/, '"hash":"\\"')],
    ['no text', (line: string) => Buffer.concat([Buffer.from(line), Buffer.from([0xff])])],
  ])('is sealed on after an end that somebody wrote with %s', async (_what, rewrite) => {
    const decision = { at: 'x', kind: 'setup', person: 'U1', outcome: 'set up' };
    await audit.record(decision);
    await audit.seal();
    await redis.lset(key('audit'), 0, rewrite((await redis.lindex(key('audit'), 0)) ?? ''));
    await audit.record(decision);
    expect(await audit.seal()).toMatchObject({ n: 2 });
    const verifier = createVerifier();
    for await (const page of audit.pages()) for (const line of page) verifier.verifyNext(line);
    expect(verifier.misfit()).toMatchObject({ n: 1 });
  });

  test('has what was recorded before its server ended', async () => {
    const { id } = await created(records);
    await server.interrupt();
    await answering(redis);
    await audit.seal();
    expect(await entries()).toMatchObject([{ kind: 'request', deployment: id }]);
  }, 60_000);
});
