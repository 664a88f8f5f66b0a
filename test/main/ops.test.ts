import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { startRedis, type PrivateRedis } from '../../sandbox/redis.ts';
import { startWorkspace, type Workspace } from '../../sandbox/workspace/workspace.ts';
import { readEnvironment } from '../../src/argo-yml/environment.ts';
import { createRedactor } from '../../src/deploy/secrets/redactor.ts';
import { start } from '../../src/main.ts';
import { manifest } from '../slack/support/bot.ts';
import { freePort } from '../support/free-port.ts';
import { CHANNEL, REQUESTER, settings } from '../support/settings.ts';
import { until } from '../support/until.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };
let folder: string;
let redis: PrivateRedis;
let workspace: Workspace;
let running: Awaited<ReturnType<typeof start>>;
let root: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'argo-ops-'));
  redis = await startRedis();
  workspace = await startWorkspace({
    users: [{ id: REQUESTER, name: 'alice' }],
    channels: [{ id: CHANNEL, name: 'deploys' }],
    userGroups: [],
    botScopes: manifest.oauth_config.scopes.bot,
    botToken: 'xoxb-sandbox',
    appToken: 'xapp-sandbox',
    signingSecret: 'signed',
    delivery: 'socket',
  });
  const port = await freePort();
  root = `http://127.0.0.1:${port}`;
  const environment = readEnvironment({
    SLACK_BOT_TOKEN: 'xoxb-sandbox',
    SLACK_APP_TOKEN: 'xapp-sandbox',
    SLACK_API_URL: workspace.apiUrl,
    ARGO_DATA: folder,
    ARGO_HTTP: String(port),
    ARGO_BOARD_USER: 'ops',
    ARGO_BOARD_PASSWORD: 'correct horse battery',
  });
  const wiring = {
    environment,
    settings: settings(),
    redisUrl: redis.url,
    log: silent,
    redactor: createRedactor(),
    onFatal: () => {},
  };
  running = await start(wiring, ['bot', 'worker']);
  await running.ready;
}, 60_000);
afterEach(async () => {
  await running.stop();
  await workspace.close();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const Health = z.object({ checks: z.record(z.string(), z.string()) });

interface Told {
  status: number;
  checks: Record<string, string>;
}

async function health(): Promise<Told> {
  const answer = await fetch(`${root}/health`);
  const { checks } = Health.parse(await answer.json());
  return { status: answer.status, checks };
}

const healthy = { status: 200, checks: { redis: 'ok', queue: 'ok', slack: 'ok' } };

test('bot and worker say what they miss, and that it is back', async () => {
  expect(await health()).toEqual(healthy);

  workspace.faults.set({ socketsDown: true });
  workspace.faults.dropSockets();
  const deaf = await until(async () => {
    const told = await health();
    return told.status === 503 && told;
  });
  expect(deaf.checks).toMatchObject({ redis: 'ok', slack: expect.stringContaining('no socket') });
  workspace.faults.clear();
  await until(async () => (await health()).status === 200);

  await redis.kill();
  const lost = await until(async () => {
    const told = await health();
    return told.status === 503 && told;
  });
  expect(lost.checks['redis']).not.toBe('ok');
  expect(lost.checks['slack']).toBe('ok');
  await redis.restart();
  await until(async () => (await health()).status === 200);
}, 180_000);

test('the metrics have what both parts did', async () => {
  const text = await (await fetch(`${root}/metrics`)).text();
  // By the start of the bot, and by its look for records that a new Redis has lost.
  expect(text).toMatch(/argo_slack_calls_total\{method="auth.test",outcome="answered"\} [12]\n/);
  expect(text).toContain('argo_slack_sockets 2');
  expect(text).toContain('argo_queue_jobs{queue="deploy",state="waiting"} 0');
  expect(text).toContain('argo_locked{service="argo-trading",environment="production"} 0');
  expect(text).not.toMatch(/xoxb|xapp|correct horse/);
  const { status } = await fetch(`${root}/queues`);
  expect(status).toBe(401);
}, 180_000);

test('both parts stop while Redis is away', async () => {
  await redis.kill();
  await until(async () => (await health()).status === 503);
  await running.stop();
  await redis.restart();
  running = { ...running, stop: async () => {} };
}, 180_000);
