import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Painter, startAnnouncer } from '../../jobs/announce.ts';
import { ANNOUNCE_QUEUE, openQueue } from '../../jobs/queue.ts';
import { startRedis, type PrivateRedis } from '../../sandbox/redis.ts';
import { readEnvironment } from '../../src/argo-yml/environment.ts';
import { nothingMeasured } from '../../src/deploy/ports/slack-ports.ts';
import { createRedactor } from '../../src/deploy/secrets/redactor.ts';
import { connectRedis } from '../../src/redis/connection/connect.ts';
import { findTarget } from '../../src/deploy/settings/settings.ts';
import { type Base, openBase } from '../../src/main/base.ts';
import type { SlackPorts } from '../../src/slack/contract/ports.ts';
import { requestDeployment } from '../../src/slack/requests/request-deployment.ts';
import { decide } from '../../src/slack/requests/decide.ts';
import { startBot, type Bot } from '../slack/support/bot.ts';
import { DIGEST, prepared } from '../support/events.ts';
import { APPROVER, CHANNEL, REQUESTER, settings } from '../support/settings.ts';
import { request } from '../support/stage-context.ts';
import { until } from '../support/until.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const target = (() => {
  const found = findTarget(settings());
  if (found.kind !== 'found') throw new Error('the example settings have one target');
  return found.target;
})();
let server: PrivateRedis;
let base: Base;
let bot: Bot;

beforeAll(async () => {
  server = await startRedis();
  bot = await startBot();
  base = await openBase(
    {
      environment: readEnvironment({ SLACK_BOT_TOKEN: 'xoxb-s', SLACK_APP_TOKEN: 'xapp-s' }),
      settings: settings(),
      redisUrl: server.url,
      log: silent,
      redactor: createRedactor(),
      onFatal: () => undefined,
    },
    nothingMeasured,
  );
});
afterAll(async () => {
  await base.close();
  await bot.stop();
  await server.stop();
});

/** BullMQ tells of each job that was asked for: one that was added, or that was there already. */
async function announced(): Promise<number> {
  const events = await base.redis.xrange('{argo}:announce:events', '-', '+');
  const kinds = events.map(([, fields]) => fields[fields.indexOf('event') + 1]);
  return kinds.filter((kind) => kind === 'added' || kind === 'deduplicated').length;
}

/** Once the queue has heard of what follows, it has heard of all that came before. */
async function announcements(act: () => Promise<unknown>): Promise<number> {
  const before = await announced();
  await act();
  await until(async () => (await announced()) > before);
  const marked = await announced();
  await base.wake.remind('a-mark');
  await until(async () => (await announced()) > marked);
  return (await announced()) - before - 1;
}

const ask = (ports: SlackPorts, user: string) => ({
  ports,
  id: user,
  user,
  channel: CHANNEL,
  team: 'T0',
  trigger: '1',
  answer: async () => undefined,
});

test('each change that a person or a worker makes is announced once', async () => {
  const ports = { ...bot.ports, records: base.records, wake: base.wake };
  const wanted = { kind: 'deploy', slot: 'idle', dryRun: false } as const;
  expect(await announcements(() => requestDeployment(ask(ports, REQUESTER), target, wanted))).toBe(
    1,
  );
  const id = (await base.records.claim(target))?.deployment ?? '';
  expect(await announcements(() => base.records.change(id, () => prepared()))).toBe(1);
  const approve = () => decide(ask(ports, APPROVER), { d: id, g: DIGEST }, { kind: 'approved' });
  expect(await announcements(approve)).toBe(1);
});

test('progress does not end the wait for the next update of a thread, and news does', async () => {
  const { records, wake } = base;
  const created = await records.create(request({ environment: 'staging' }));
  if (created.kind !== 'created') throw new Error(created.kind);
  const { id } = created.deployment;
  const queue = openQueue(ANNOUNCE_QUEUE, base.redis);
  const working = connectRedis(server.url, 'persistent', silent);
  const painted: string[] = [];
  const painter: Painter = {
    paint: async (deployment) => {
      painted.push(deployment);
      return { kind: 'later', ms: 3_600_000, version: Number.MAX_SAFE_INTEGER };
    },
    version: async () => 0,
  };
  const announcer = startAnnouncer(working, painter, async () => undefined, silent);
  const updates = () => painted.filter((one) => one === id).length;
  const waits = async () => (await queue.getDelayed()).some((job) => job.data.deployment === id);
  try {
    await wake.remind(id);
    await until(waits);
    const before = updates();
    await announcements(() =>
      records.change(id, () => [{ type: 'intent', at: 1, stage: 'source' }]),
    );
    expect([updates(), await waits()]).toEqual([before, true]);
    await records.change(id, () => [{ type: 'alerted', at: 2, reason: 'it is slow' }]);
    await until(() => updates() > before);
  } finally {
    await announcer.stop();
    await queue.close();
    working.disconnect();
  }
});
