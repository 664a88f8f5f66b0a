import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type SentinelGroup, startSentinelGroup } from '../../sandbox/redis-sentinel.ts';
import { startRedis } from '../../sandbox/redis.ts';
import { createServerIdentity } from '../../src/redis/connection/server-identity.ts';
import { connectRedis } from '../../src/redis/connection/connect.ts';
import { checkRedis, inspectServer } from '../../src/redis/connection/inspect-server.ts';
import { createReplicated } from '../../src/redis/connection/replicated.ts';
import { answering } from '../support/redis-kinds.ts';
import { until } from '../support/until.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
let group: SentinelGroup;

beforeAll(async () => {
  group = await startSentinelGroup();
}, 60_000);
afterAll(() => group.stop());

test('the start and the doctor look at the master', async () => {
  await expect(checkRedis(group.url)).resolves.toBeUndefined();
  const { port } = await group.master();
  expect(await inspectServer(group.url)).toMatchObject({
    policy: 'noeviction',
    group: { host: '127.0.0.1', port, replicas: 3 },
  });
});

test('the start tells Sentinels that know no such master, and names them without a password', async () => {
  const url = group.url.replace('://', '://:hunter2@').replace(/[^/]*$/, 'another');
  await expect(checkRedis(url)).rejects.toMatchObject({
    code: 'redis-unreachable',
    message: expect.stringMatching(/^No master another .* Sentinels at 127\.0\.0\.1:\d+, /),
  });
  await expect(checkRedis(url)).rejects.not.toThrow('hunter2');
});

test('a master that freezes is left for another, which has what was written and is new to the bot', async () => {
  const asking = connectRedis(group.url, 'fail-fast', silent);
  const working = connectRedis(group.url, 'persistent', silent);
  const identity = createServerIdentity(asking);
  expect(await identity.isNew()).toBe(true);
  await identity.remember();
  expect(await identity.isNew()).toBe(false);
  const replicated = createReplicated(asking, silent);
  await working.ping();
  await asking.set('written', 'yes');
  await replicated();
  const master = await group.master();
  master.freeze();
  const waited = working.get('written');
  await group.failedOver(master);
  expect(await waited).toBe('yes');
  await answering(asking);
  expect(await asking.get('written')).toBe('yes');
  expect(await identity.isNew()).toBe(true);
  asking.disconnect();
  working.disconnect();
}, 120_000);

test('a write to a server that nobody follows is not held up, and that is said once', async () => {
  const server = await startRedis();
  const said: string[] = [];
  const log = { ...silent, warn: (_fields: object, message: string) => void said.push(message) };
  const redis = connectRedis(group.url, 'fail-fast', silent);
  await redis.ping();
  const alone = connectRedis(server.url, 'fail-fast', silent);
  // As a group whose replicas have all gone; one that is meant to be alone is never asked.
  const replicated = createReplicated(Object.assign(alone, { options: redis.options }), log);
  await alone.set('key', 'value');
  await replicated();
  await replicated();
  expect(said).toEqual([
    'Redis has no replica: records are lost if its server dies. Start a replica',
  ]);
  alone.disconnect();
  redis.disconnect();
  await server.stop();
}, 60_000);

test('a replica that has gone holds up one write, and not each until it would be looked for anyway', async () => {
  const master = await startRedis();
  const replica = await startRedis({ replicaOf: master.port });
  const said: string[] = [];
  const log = { ...silent, warn: (_fields: object, message: string) => void said.push(message) };
  const redis = connectRedis(group.url, 'fail-fast', silent);
  const asking = connectRedis(master.url, 'fail-fast', silent);
  try {
    await redis.ping();
    const followed = Object.assign(asking, { options: redis.options });
    // A replica that has just come, or that a busy machine delays, confirms late.
    const replicated = await until(async () => {
      said.length = 0;
      const confirmed = createReplicated(followed, log);
      await asking.set('key', 'value');
      await confirmed();
      return said.length === 0 && confirmed;
    });
    await replica.kill();
    for (let write = 0; write < 3; write += 1) {
      await asking.set('key', 'other');
      await replicated();
    }
    expect(said).toEqual([
      'no Redis replica has confirmed a write in time, so the write is lost if the master dies now. If this repeats, check the replica',
      'Redis has no replica: records are lost if its server dies. Start a replica',
    ]);
  } finally {
    asking.disconnect();
    redis.disconnect();
    await Promise.all([master.stop(), replica.stop()]);
  }
}, 60_000);
