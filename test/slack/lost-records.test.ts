import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startWorkspace, type Workspace } from '../../sandbox/workspace/workspace.ts';
import { createRedactor } from '../../src/deploy/redact.ts';
import { createAnnouncer } from '../../src/slack/announcer.ts';
import { createClient } from '../../src/slack/client.ts';
import { keepTellingOfLostRecords } from '../../src/slack/lost-records.ts';
import { finished } from '../support/events.ts';
import { createFreeLimiter, createMemoryPainted } from '../support/memory-painted.ts';
import { createMemoryRecords, type MemoryRecords } from '../support/memory-records.ts';
import { CHANNEL, REQUESTER, settings } from '../support/settings.ts';
import { request } from '../support/stage-context.ts';
import { manifest } from './support/bot.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

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

  function tell(of: MemoryRecords) {
    const born = { isNew: async () => isNew, settle: async () => void (isNew = false) };
    return keepTellingOfLostRecords({ ...tools(), records: of, born });
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
    expect(lines()[0]).toContain(`⚠️ ${about} · *interrupted*: Redis has lost its data`);
    expect(lines()[0]).toContain('*locked*');
    expect(lines()[1]).toBe(ended);
    const lock = await left.readLock({ service: 'engine', environment: 'production' });
    expect(lock?.reason).toMatch(/^Redis lost the record of d1 while it was under way/);
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

  test('are none where the records are there, or Redis is the one of before', async () => {
    await painted('production');
    const before = lines();
    await tell(records).stop();
    expect(lines()).toEqual(before);
    await tell(createMemoryRecords()).stop();
    expect(lines()).toEqual(before);
  });
});
