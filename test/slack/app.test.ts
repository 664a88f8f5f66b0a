import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { isRecord } from '../../sandbox/workspace/model.ts';
import { Misconfigured } from '../../src/deploy/errors.ts';
import { createSlackApp } from '../../src/slack/app.ts';
import { createClient } from '../../src/slack/client.ts';
import { CHANNEL, REQUESTER } from '../support/settings.ts';
import { startBot, type Bot } from './support/bot.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return isRecord(address) ? Number(address['port']) : 0;
}

async function withBot(bot: Bot, use: (bot: Bot) => Promise<void>): Promise<void> {
  try {
    await use(bot);
  } finally {
    await bot.stop();
  }
}

test('over HTTP a signed command runs and an unsigned one is refused', async () => {
  const httpPort = await freePort();
  await withBot(await startBot({ httpPort }), async (bot) => {
    const answer = await fetch(`http://127.0.0.1:${httpPort}/slack/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        command: '/argo',
        text: 'deploy',
        user_id: REQUESTER,
        channel_id: CHANNEL,
        team_id: 'T0',
      }),
    });
    expect(answer.status).toBe(401);
    expect(await bot.running()).toBe('');
    await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy');
    await bot.workspace.waitFor(() =>
      bot.workspace.ephemerals(REQUESTER)[0]?.text.includes('begun'),
    );
  });
});

test('holds two sockets, and loses nothing when one is refreshed', async () => {
  await withBot(await startBot(), async (bot) => {
    expect(bot.workspace.connections()).toBe(2);
    await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'status');
    await bot.workspace.waitFor(() => bot.workspace.ephemerals(REQUESTER).length === 1);
  });
});

test('a bad bot token is refused at start, in words', async () => {
  const bot = await startBot();
  await withBot(bot, async () => {
    const client = createClient({ token: 'xoxb-wrong', slackApiUrl: bot.workspace.apiUrl });
    const app = createSlackApp({
      mode: 'http',
      port: await freePort(),
      signingSecret: 'signed',
      botToken: 'xoxb-wrong',
      ports: { ...bot.ports, client },
      onFatal: () => {},
    });
    await expect(app.start()).rejects.toThrow(Misconfigured);
  });
});

test('stopping waits for what is under way', async () => {
  const held = Promise.withResolvers<void>();
  const bot = await startBot({ ports: { remember: () => held.promise.then(() => true) } });
  await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy');
  const stopped = bot.app.stop();
  held.resolve();
  await stopped;
  expect(await bot.running()).not.toBe('');
  await bot.workspace.close();
});
