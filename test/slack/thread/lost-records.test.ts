import { WebAPIPlatformError } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startWorkspace, type Workspace } from '../../../sandbox/workspace/workspace.ts';
import type { Log } from '../../../src/deploy/ports/ports.ts';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import { createAnnouncer } from '../../../src/slack/thread/announcer.ts';
import { createClient } from '../../../src/slack/api/client.ts';
import { reportLostRecords } from '../../../src/slack/thread/lost-records.ts';
import { finished } from '../../support/events.ts';
import { createFreeLimiter, createMemoryPainted } from '../../support/memory-painted.ts';
import { createMemoryRecords, type MemoryRecords } from '../../support/memory-records.ts';
import { CHANNEL, REQUESTER, settings } from '../../support/settings.ts';
import { request } from '../../support/stage-context.ts';
import { until } from '../../support/until.ts';
import { manifest } from '../support/bot.ts';

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('deployments whose records are lost', () => {
  let workspace: Workspace;
  let records: MemoryRecords;
  let isNew = true;

  beforeEach(async () => {
    isNew = true;
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
    records = createMemoryRecords();
  });
  afterEach(() => workspace.close());

  const tools = () => ({
    client: createClient({ token: 'xoxb-sandbox', slackApiUrl: workspace.apiUrl }),
    settings: settings(),
    limiter: createFreeLimiter(),
    redactor: createRedactor(),
    log: silent,
  });

  async function painted(environment: string, ...events: Parameters<typeof records.append>[1][]) {
    const origin = { user: REQUESTER, channel: CHANNEL, team: 'T0SANDBOX' };
    const created = await records.create(request({ environment, origin }));
    if (created.kind !== 'created') throw new Error(created.kind);
    const { id } = created.deployment;
    if (events.length > 0) await records.append(id, ...events);
    await createAnnouncer({ ...tools(), records, painted: createMemoryPainted() }).paint(id);
  }

  function tell(of: MemoryRecords, more: Partial<ReturnType<typeof tools>> = {}) {
    const serverIdentity = { isNew: async () => isNew, remember: async () => void (isNew = false) };
    return reportLostRecords({ ...tools(), ...more, records: of, serverIdentity });
  }
  const lines = () =>
    workspace
      .messages(CHANNEL)
      .filter(({ thread_ts, ts }) => !thread_ts || thread_ts === ts)
      .map(({ text }) => text);

  test('are told to be interrupted, once, and those that ended are left as they are', async () => {
    await painted('production');
    await painted('staging', finished('failed'));
    const [running = '', ended = ''] = lines();
    const left = createMemoryRecords();
    const teller = tell(left);
    await workspace.waitFor(() => lines().some((line) => line.includes('interrupted')));
    await teller.stop();
    const about = running.split(' · ')[0]?.replace(/^\S+ /u, '') ?? '-';
    expect(lines()[0]).toContain(`⚠️ ${about} · *interrupted*: Redis lost its data`);
    expect(lines()[0]).toContain('*locked*');
    expect(lines()[1]).toBe(ended);
    const lock = await left.readLock({ service: 'engine', environment: 'production' });
    expect(lock?.reason).toMatch(/^Redis lost the record of d1 while it was running/);
    expect(await left.readLock({ service: 'engine', environment: 'staging' })).toBeUndefined();
    expect(isNew).toBe(false);
    const updates = workspace.calls('chat.update').length;
    isNew = true;
    await tell(createMemoryRecords()).stop();
    expect(workspace.calls('chat.update')).toHaveLength(updates);
  });

  test('leave a lock that is there, and lock nothing for what only looked', async () => {
    await painted('production');
    const origin = { user: REQUESTER, channel: CHANNEL, team: 'T0SANDBOX' };
    const look = await records.create(request({ environment: 'staging', dryRun: true, origin }));
    if (look.kind !== 'created') throw new Error(look.kind);
    const painter = createAnnouncer({ ...tools(), records, painted: createMemoryPainted() });
    await painter.paint(look.deployment.id);
    const left = createMemoryRecords();
    const audit = { reason: 'audit', by: REQUESTER, at: 1 };
    await left.lock({ service: 'engine', environment: 'production' }, audit);
    await tell(left).stop();
    expect(lines().every((line) => line.includes('interrupted'))).toBe(true);
    expect(lines()[1]).not.toContain('locked');
    expect(await left.readLock({ service: 'engine', environment: 'production' })).toEqual(audit);
    expect(await left.readLock({ service: 'engine', environment: 'staging' })).toBeUndefined();
  });

  test('are told of later, when Slack is away', async () => {
    await painted('production');
    workspace.faults.set({ apiDown: true });
    await tell(createMemoryRecords()).stop();
    expect(isNew).toBe(true);
    workspace.faults.clear();
    await tell(createMemoryRecords()).stop();
    expect(lines()[0]).toContain('interrupted');
  });

  test('are found behind more messages than one page has, at the rate of the workspace', async () => {
    await painted('production');
    for (let one = 0; one < 250; one += 1)
      await workspace.as(REQUESTER).say(CHANNEL, `chat ${one}`);
    const limiter = createFreeLimiter();
    const teller = tell(createMemoryRecords(), { limiter });
    await workspace.waitFor(() => lines()[0]?.includes('interrupted'));
    await teller.stop();
    const team = await workspace.waitFor(() => limiter.taken.find((key) => key.includes('update')));
    expect(team).toBe('chat.update:T0SANDBOX');
    expect(limiter.taken).toContain('conversations.history:T0SANDBOX');
  });

  test('are not said to be told where Slack refuses', async () => {
    await painted('production');
    const log: { level: string; message: string; fields: object }[] = [];
    const at = (level: string) => (fields: object, message: string) =>
      void log.push({ level, message, fields });
    const client = createClient({ token: 'xoxb-sandbox', slackApiUrl: workspace.apiUrl });
    const update = client.chat.update.bind(client.chat);
    let refusal = 'cant_update_message';
    client.chat.update = (message) =>
      refusal === 'invalid_blocks' && JSON.stringify(message).includes('"blocks":[]')
        ? update(message)
        : Promise.reject(new WebAPIPlatformError({ ok: false, error: refusal }));
    const logging = { log: { info: at('info'), warn: at('warn'), error: at('error') }, client };
    const left = createMemoryRecords();
    const teller = tell(left, logging);
    await until(async () => !isNew);
    await teller.stop();
    expect(log).toMatchObject([
      { level: 'error', fields: { error: 'cant_update_message', locked: true } },
    ]);
    expect(log[0]?.message).toContain('Slack refused');
    expect(lines()[0]).not.toContain('interrupted');
    // Blocks alone are no reason to say nothing.
    refusal = 'invalid_blocks';
    isNew = true;
    const again = tell(createMemoryRecords(), logging);
    await workspace.waitFor(() => lines()[0]?.includes('interrupted'));
    await again.stop();
  });

  test('are none where the records are there, or Redis is the one of before', async () => {
    await painted('production');
    const before = lines();
    await tell(records).stop();
    expect(lines()).toEqual(before);
    await tell(createMemoryRecords()).stop();
    expect(lines()).toEqual(before);
  });
});
