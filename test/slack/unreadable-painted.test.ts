import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { startRedis, type PrivateRedis } from '../../sandbox/redis.ts';
import { startWorkspace, type Workspace } from '../../sandbox/workspace/workspace.ts';
import { createRedactor } from '../../src/deploy/secrets/redactor.ts';
import { createPaintedMessages } from '../../src/redis/painted-messages.ts';
import { createAnnouncer } from '../../src/slack/thread/announcer.ts';
import { createClient } from '../../src/slack/api/client.ts';
import { done, failed, phaseStarted } from '../support/events.ts';
import { createFreeLimiter } from '../support/memory-painted.ts';
import { createMemoryRecords } from '../support/memory-records.ts';
import { CHANNEL, REQUESTER, settings } from '../support/settings.ts';
import { request } from '../support/stage-context.ts';
import { manifest } from './support/bot.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
let server: PrivateRedis;
let redis: Redis;
let workspace: Workspace;

beforeEach(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  workspace = await startWorkspace({
    users: [{ id: REQUESTER, name: 'alice' }],
    channels: [{ id: CHANNEL, name: 'deploys' }],
    userGroups: [],
    botScopes: manifest.oauth_config.scopes.bot,
    botToken: 'xoxb-sandbox',
    appToken: 'xapp-sandbox',
    signingSecret: 'signed',
    rateLimits: false,
    delivery: 'socket',
  });
});
afterEach(async () => {
  await workspace.close();
  redis.disconnect();
  await server.stop();
});

test.each(['{"channel":', '{}', '{"channel":"C1","ts":7,"hash":"a","at":1}', 'null'])(
  'messages that are remembered as %s are found in Slack, and none stands there twice',
  async (unreadable) => {
    const records = createMemoryRecords();
    const origin = { user: REQUESTER, channel: CHANNEL, team: 'T0SANDBOX' };
    const created = await records.create(request({ origin }));
    if (created.kind !== 'created') throw new Error(created.kind);
    const { id } = created.deployment;
    let time = Date.now();
    const announcer = createAnnouncer({
      client: createClient({ token: 'xoxb-sandbox', slackApiUrl: workspace.apiUrl }),
      settings: settings(),
      limiter: createFreeLimiter(),
      redactor: createRedactor(),
      log: silent,
      records,
      painted: createPaintedMessages(redis),
      now: () => (time += 60_000),
    });
    const paint = async () => {
      while ((await announcer.paint(id)).kind === 'later');
    };
    await records.append(id, phaseStarted('prepare'), ...failed('source', { log: 'why' }));
    await paint();
    const before = workspace.messages(CHANNEL).map(({ ts }) => ts);
    expect(before.length).toBeGreaterThan(2);
    for (const key of await redis.hkeys(`{argo}:painted:${id}`))
      await redis.hset(`{argo}:painted:${id}`, key, unreadable);
    await redis.set(`{argo}:painted-version:${id}`, 'many');
    await records.append(id, ...done('cleanup'), { type: 'finished', at: 1, ending: 'failed' });
    await paint();
    const after = workspace.messages(CHANNEL);
    // The last message of a thread, which says how it ended, is the one that is new.
    expect(after.map(({ ts }) => ts).slice(0, before.length)).toEqual(before);
    expect(after).toHaveLength(before.length + 1);
    expect(after[0]?.text).toMatch(/^❌/u);
  },
);
