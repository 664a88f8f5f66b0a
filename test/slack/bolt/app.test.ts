import { expect, test } from '@jest/globals';
import { Misconfigured } from '../../../src/deploy/record/errors.ts';
import { signature } from '../../../sandbox/workspace/delivery/signature.ts';
import { createSlackApp } from '../../../src/slack/bolt/app.ts';
import { createFindWorkspace } from '../../../src/slack/entrance/workspace.ts';
import { createClient } from '../../../src/slack/api/client.ts';
import { freePort } from '../../support/free-port.ts';
import { CHANNEL, REQUESTER } from '../../support/settings.ts';
import { until } from '../../support/until.ts';
import { startBot, type Bot } from '../support/bot.ts';

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
        team_id: 'T0SANDBOX',
      }),
    });
    expect(answer.status).toBe(401);
    expect(await bot.running()).toBe('');
    await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy');
    await bot.workspace.waitFor(() =>
      bot.workspace.ephemerals(REQUESTER)[0]?.text.includes('has started.'),
    );
  });
});

test.each([
  { what: 'another signature', secret: 'forged', age: 0, status: 401 },
  { what: 'a stamp older than five minutes', secret: 'signed', age: 301, status: 401 },
  { what: 'a good signature and a stamp of now', secret: 'signed', age: 0, status: 200 },
])('over HTTP $what is answered $status', async ({ secret, age, status }) => {
  const httpPort = await freePort();
  await withBot(await startBot({ httpPort }), async (bot) => {
    const body = new URLSearchParams({
      command: '/argo',
      text: 'deploy',
      user_id: REQUESTER,
      channel_id: CHANNEL,
      team_id: 'T0SANDBOX',
      trigger_id: `${secret}-${age}`,
    }).toString();
    const stamp = String(Math.floor(Date.now() / 1_000) - age);
    const answer = await fetch(`http://127.0.0.1:${httpPort}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': stamp,
        'x-slack-signature': signature(secret, stamp, body),
      },
      body,
    });
    expect(answer.status).toBe(status);
    if (status === 200) await until(async () => (await bot.running()) !== '');
    else expect(await bot.running()).toBe('');
  });
});

test('the same signed request twice, within its five minutes, begins one deployment', async () => {
  const httpPort = await freePort();
  await withBot(await startBot({ httpPort }), async (bot) => {
    const body = new URLSearchParams({
      command: '/argo',
      text: 'deploy',
      user_id: REQUESTER,
      channel_id: CHANNEL,
      team_id: 'T0SANDBOX',
      trigger_id: 'once',
    }).toString();
    const stamp = String(Math.floor(Date.now() / 1_000));
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': stamp,
      'x-slack-signature': signature('signed', stamp, body),
    };
    const send = () =>
      fetch(`http://127.0.0.1:${httpPort}/slack/events`, { method: 'POST', headers, body });
    for (const answer of [await send(), await send()]) expect(answer.status).toBe(200);
    await until(() =>
      bot.lines.some(
        ({ message }) =>
          message === 'Slack delivered a request twice; argo-bot ignores the second delivery',
      ),
    );
    await until(async () => (await bot.running()) !== '');
    expect(await bot.records.active()).toHaveLength(1);
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
      host: '127.0.0.1',
      port: await freePort(),
      signingSecret: 'signed',
      botToken: 'xoxb-wrong',
      ports: { ...bot.ports, client, findWorkspace: createFindWorkspace(client) },
      onFatal: () => {},
    });
    await expect(app.start()).rejects.toThrow(Misconfigured);
  });
});

test('stopping waits for what is under way', async () => {
  const held = Promise.withResolvers<void>();
  const bot = await startBot({ ports: { isFirstDelivery: () => held.promise.then(() => true) } });
  await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy');
  const stopped = bot.app.stop();
  held.resolve();
  await stopped;
  expect(await bot.running()).not.toBe('');
  await bot.workspace.close();
});
