// One person, or a script with their session, sends 120 requests within a minute to wear out the bot. Most of them must
// not be carried out, with a private answer that says when to try again; two bot processes count together. Others, and
// what stops or undoes something, must get through meanwhile.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { startRedis, type PrivateRedis } from '../../sandbox/redis.ts';
import { createLimiter } from '../../src/redis/limiter.ts';
import { inAnyMinute } from '../../src/slack/entrance/refuse-entry.ts';
import { APPROVER, CHANNEL, OPERATOR } from '../support/settings.ts';
import { startBot, type Bot } from '../slack/support/bot.ts';

let server: PrivateRedis;
let connections: Redis[];
let bots: Bot[];

beforeAll(async () => {
  server = await startRedis();
  connections = [new Redis(server.url), new Redis(server.url)];
  bots = await Promise.all(
    connections.map((redis) => startBot({ ports: { limiter: createLimiter(redis) } })),
  );
});
afterAll(async () => {
  await Promise.all(bots.map((bot) => bot.stop()));
  for (const redis of connections) redis.disconnect();
  await server.stop();
});

const send = async (bot: Bot, user: string, text: string): Promise<string> => {
  const before = bot.workspace.ephemerals(user).length;
  await bot.workspace.as(user).command(CHANNEL, '/argo', text);
  const answer = await bot.workspace.waitFor(() => bot.workspace.ephemerals(user)[before]);
  return answer?.text ?? '';
};

test('of 120 requests by one person in a minute, 30 are carried out', async () => {
  const answers: string[] = [];
  for (let sent = 0; sent < 60; sent += 1)
    answers.push(...(await Promise.all(bots.map((bot) => send(bot, OPERATOR, 'history')))));
  const refused = answers.filter((text) => text.includes('Rate limit'));
  expect(answers).toHaveLength(120);
  expect(refused).toHaveLength(120 - inAnyMinute.ordinary);
  // With the time at which the next one is taken.
  expect(refused[0]).toMatch(/try again at <!date\^\d+\^/);
  const [bot] = bots;
  if (!bot) throw new Error('no bot');
  expect(await send(bot, APPROVER, 'history')).not.toContain('Rate limit');
  for (const text of ['rollback users see errors', 'cancel', 'unlock'])
    expect(await send(bot, OPERATOR, text)).not.toContain('Rate limit');
}, 50_000);

test('the allowance for rollback, cancel and unlock ends as well', async () => {
  const [bot] = bots;
  if (!bot) throw new Error('no bot');
  const answers: string[] = [];
  for (let sent = 0; sent < 40; sent += 1) answers.push(await send(bot, APPROVER, 'cancel'));
  const refused = answers.filter((text) => text.includes('Rate limit'));
  expect(refused).toHaveLength(40 - inAnyMinute.urgent);
});
