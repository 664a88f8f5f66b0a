import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { startWorkspace, type Workspace } from '../../../sandbox/workspace/workspace.ts';
import type { Log } from '../../../src/deploy/ports/ports.ts';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import { createAnnouncer, type Announcer } from '../../../src/slack/thread/announcer.ts';
import { createClient } from '../../../src/slack/api/client.ts';
import {
  done,
  exampleFacts,
  failed,
  finished,
  phaseStarted,
  prepared,
  switched,
} from '../../support/events.ts';
import { createFreeLimiter, createMemoryPainted } from '../../support/memory-painted.ts';
import { createMemoryRecords, type MemoryRecords } from '../../support/memory-records.ts';
import { CHANNEL, REQUESTER, settings } from '../../support/settings.ts';
import { manifest } from '../support/bot.ts';

const PAINTED = { kind: 'painted' };
const SECRET = 'hunter2-hunter2';

function logInto(lines: string[]): Log {
  const push = (_fields: object, message: string) => void lines.push(message);
  return { info: push, warn: push, error: push };
}

describe('the announcer', () => {
  let workspace: Workspace;
  let records: MemoryRecords;
  let announcer: Announcer;
  let id: string;
  let lines: string[];
  let time: number;
  const painted = { current: createMemoryPainted() };
  const limiter = { current: createFreeLimiter() };

  /** A new process: nothing in memory but what was saved. */
  function restart(more: { apiUrl?: string } = {}): Announcer {
    const log = logInto(lines);
    const redactor = createRedactor();
    redactor.learn([SECRET]);
    return createAnnouncer({
      client: createClient({
        token: 'xoxb-sandbox',
        slackApiUrl: more.apiUrl ?? workspace.apiUrl,
        timeoutMs: 2_000,
      }),
      records,
      painted: painted.current,
      limiter: limiter.current,
      settings: settings(),
      redactor,
      log,
      now: () => time,
    });
  }

  beforeEach(async () => {
    lines = [];
    time = Date.now();
    painted.current = createMemoryPainted();
    limiter.current = createFreeLimiter();
    workspace = await startWorkspace({
      users: [{ id: REQUESTER, name: 'alice' }],
      channels: [
        { id: CHANNEL, name: 'deploys' },
        { id: 'C0OLD', name: 'old', archived: true },
      ],
      userGroups: [],
      botScopes: manifest.oauth_config.scopes.bot,
      botToken: 'xoxb-sandbox',
      appToken: 'xapp-sandbox',
      signingSecret: 'signed',
      rateLimits: false,
      delivery: 'socket',
    });
    records = createMemoryRecords();
    announcer = restart();
    id = await begin(CHANNEL);
  });
  afterEach(() => workspace.close());

  async function begin(channel: string): Promise<string> {
    const origin = { user: REQUESTER, channel, team: 'T0SANDBOX' };
    const place = { service: 'argo-trading', environment: 'production' };
    const created = await records.create({
      kind: 'deploy',
      ...place,
      slot: 'green',
      dryRun: channel !== CHANNEL,
      strategy: 'proxy',
      origin,
    });
    return created.kind === 'created' ? created.deployment.id : '';
  }

  /** As the painter of this deployment is told to wait, by the journal that there is. */
  const later = (ms: number) => ({ kind: 'later', ms, version: records.journal(id).length });
  const posts = () => workspace.messages(CHANNEL);
  const calls = (method: string) => workspace.calls(method).length;
  const keys = () =>
    posts().map(
      ({ metadata }) =>
        z.object({ event_payload: z.object({ key: z.string() }) }).parse(metadata).event_payload
          .key,
    );

  test('paints once, and again only what has changed', async () => {
    expect(await announcer.paint(id)).toEqual(PAINTED);
    expect(keys()).toEqual(['summary', 'checklist']);
    expect(await announcer.paint(id)).toEqual(PAINTED);
    expect(workspace.calls()).toHaveLength(2);
    expect(await painted.current.paintedVersion(id)).toBe(1);
  });

  test('paints progress every few seconds, and then its last state', async () => {
    await announcer.paint(id);
    await records.append(id, phaseStarted('prepare'), ...done('source', '3 commits'));
    time += 1_000;
    expect(await announcer.paint(id)).toEqual(later(4_000));
    expect(calls('chat.update')).toBe(0);
    await records.append(id, ...done('checks', '12 tests'));
    time += 4_000;
    expect(await announcer.paint(id)).toEqual(later(15_000));
    expect(calls('chat.update')).toBe(1);
    expect(JSON.stringify(posts()[1])).toContain('12 tests');
    time += 15_000;
    expect(await announcer.paint(id)).toEqual(PAINTED);
    expect(posts()[0]?.text).toContain('2/');
  });

  test('news waits for neither pace nor reserve, and is painted before progress', async () => {
    const order: unknown[] = [];
    limiter.current.take = async (key, _rate, reserved = 0) => {
      if (key.startsWith('chat.update')) order.push(reserved);
      return reserved === 0 ? { kind: 'go' } : { kind: 'wait', ms: 30_000 };
    };
    await announcer.paint(id);
    await records.append(id, ...prepared());
    time += 1_000;
    expect(await announcer.paint(id)).toEqual(PAINTED);
    await records.append(id, ...switched());
    time += 60_000;
    // The card loses its buttons and the channel hears that it is live; the checklist waits.
    expect(await announcer.paint(id)).toEqual(later(30_000));
    expect(order).toEqual([0, 0, 0, 0, 4]);
    expect(posts()[0]?.text).toContain('live');
    expect(JSON.stringify(posts()[2])).not.toContain('Reject');
  });

  test('a new message does not wait until the others may be painted', async () => {
    await announcer.paint(id);
    await records.append(id, ...prepared());
    time += 500;
    expect((await announcer.paint(id)).kind).toBe('later');
    expect(keys()).toEqual(['summary', 'checklist', 'approval']);
  });

  test('a card to act on is posted even when updates have to wait', async () => {
    await announcer.paint(id);
    await records.append(id, ...prepared());
    time += 30_000;
    const wait = { kind: 'wait', ms: 800 } as const;
    limiter.current.take = async (key) => (key.startsWith('chat.update') ? wait : { kind: 'go' });
    expect(await announcer.paint(id)).toEqual(later(800));
    expect(keys()).toEqual(['summary', 'checklist', 'approval']);
  });

  test('a post whose answer was lost is found again, not repeated', async () => {
    workspace.faults.set({ failAfterPost: 1 });
    expect((await announcer.paint(id)).kind).toBe('later');
    expect(keys()).toEqual(['summary']);
    expect(await restart().paint(id)).toEqual(PAINTED);
    expect(keys()).toEqual(['summary', 'checklist']);
  });

  test('a lost answer in the thread is found there', async () => {
    await announcer.paint(id);
    await records.append(id, ...prepared());
    workspace.faults.set({ failAfterPost: 1 });
    time += 30_000;
    expect((await announcer.paint(id)).kind).toBe('later');
    time += 30_000;
    expect(await restart().paint(id)).toEqual(PAINTED);
    expect(keys()).toEqual(['summary', 'checklist', 'approval']);
  });

  test('a crash before the post is looked up, and then posted', async () => {
    await painted.current.save(id, 'summary', { channel: CHANNEL, hash: '', at: time });
    expect(await announcer.paint(id)).toEqual(PAINTED);
    expect(calls('conversations.history')).toBe(1);
    expect(keys()).toEqual(['summary', 'checklist']);
  });

  test('Slack away is a later, longer each time, and the thread catches up', async () => {
    workspace.faults.set({ apiDown: true });
    const waits = [await announcer.paint(id), await announcer.paint(id), await announcer.paint(id)];
    expect(waits).toEqual([1_000, 2_000, 4_000].map(later));
    workspace.faults.clear();
    expect(await announcer.paint(id)).toEqual(PAINTED);
    expect(keys()).toEqual(['summary', 'checklist']);
  });

  test('429 pauses the method in that channel and comes back', async () => {
    workspace.faults.set({ retryAfter: 7 });
    expect(await announcer.paint(id)).toEqual(later(7_000));
    expect(limiter.current.pauses).toEqual([[`chat.postMessage:${CHANNEL}`, 7_000]]);
    workspace.faults.clear();
    expect(await announcer.paint(id)).toEqual(PAINTED);
    expect(keys()).toEqual(['summary', 'checklist']);
  });

  test('its own limiter is asked first, and nothing is sent out of turn', async () => {
    limiter.current.take = async () => ({ kind: 'wait', ms: 900 });
    expect(await announcer.paint(id)).toEqual(later(900));
    expect(workspace.calls()).toEqual([]);
    expect(painted.current.of(id).size).toBe(0);
  });

  const remove = async (key: string): Promise<void> => {
    const ts = painted.current.of(id).get(key)?.ts ?? '';
    await fetch(`${workspace.apiUrl}chat.delete`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-sandbox', 'content-type': 'application/json' },
      body: JSON.stringify({ channel: CHANNEL, ts }),
    });
  };

  test('a deleted message is posted anew once, and then left', async () => {
    await announcer.paint(id);
    for (const stage of ['source', 'checks', 'files']) {
      await remove('checklist');
      await records.append(id, ...done(stage));
      time += 30_000;
      expect(await announcer.paint(id)).toEqual(PAINTED);
    }
    expect(calls('chat.postMessage')).toBe(3);
    expect(lines).toContain(
      'Slack refuses a message, so the thread lacks it; the deployment continues. Check `error` and the channel',
    );
  });

  test('what has to be decided is asked below a new message when the first was deleted', async () => {
    await announcer.paint(id);
    await remove('summary');
    await records.append(id, ...prepared());
    time += 30_000;
    expect(await announcer.paint(id)).toEqual(later(0));
    expect(await announcer.paint(id)).toEqual(PAINTED);
    const root = painted.current.of(id).get('summary')?.ts;
    expect(posts()[keys().indexOf('approval')]?.thread_ts).toBe(root);
    expect(lines).toEqual([]);
  });

  test('that new message may have to wait for its turn, and what is to be decided waits with it', async () => {
    await announcer.paint(id);
    await remove('summary');
    await records.append(id, ...prepared());
    time += 30_000;
    let posted = 0;
    limiter.current.take = async (key) => {
      const second = key.startsWith('chat.postMessage') && (posted += 1) === 2;
      return second ? { kind: 'wait', ms: 900 } : { kind: 'go' };
    };
    expect(await announcer.paint(id)).toEqual(later(900));
    expect(await announcer.paint(id)).toEqual(later(0));
    expect(await announcer.paint(id)).toEqual(PAINTED);
    const root = painted.current.of(id).get('summary')?.ts;
    expect(posts()[keys().indexOf('approval')]?.thread_ts).toBe(root);
    expect(lines).toEqual([]);
  });

  test('an archived channel is given up on with one line', async () => {
    const other = await begin('C0OLD');
    expect(await announcer.paint(other)).toEqual(PAINTED);
    await records.append(other, phaseStarted('prepare'));
    expect(await announcer.paint(other)).toEqual(PAINTED);
    expect(lines).toEqual([
      'Slack refuses a message, so the thread lacks it; the deployment continues. Check `error` and the channel',
    ]);
    expect(calls('chat.postMessage')).toBe(1);
  });

  test('the full log of a failed stage is one file in the thread, without secrets', async () => {
    await records.append(
      id,
      phaseStarted('prepare'),
      ...failed('checks', { log: `line\npassword ${SECRET}\n` }),
      finished('failed'),
    );
    expect(await announcer.paint(id)).toEqual(PAINTED);
    await records.append(id, { type: 'alerted', at: time, reason: 'later' });
    time += 30_000;
    expect(await restart().paint(id)).toEqual(PAINTED);
    const files = workspace.files();
    expect(files.map(({ name }) => name)).toEqual([`${id}-checks.log`]);
    expect(files[0]?.content.toString()).toBe('line\npassword [secret]\n');
    expect(calls('files.completeUploadExternal')).toBe(1);
  });

  test('attaches all changes of a unit where the card has no room for them, and says so first', async () => {
    const added = Array.from({ length: 120 }, (_, index) => `+Environment=N${index}=1`);
    const unitDiff = [...added, `+Environment=KEY=${SECRET}`, '+ExecStartPre=/bin/last'].join('\n');
    await records.append(id, ...prepared({ facts: { ...exampleFacts, unitDiff } }));
    await announcer.paint(id);
    const files = workspace.files();
    expect(files.map(({ name }) => name)).toEqual([`${id}-unit.diff`]);
    const content = files[0]?.content.toString() ?? '';
    expect(content).toContain('+Environment=N0=1\n');
    expect(content).toMatch(/KEY=\[secret\]\n\+ExecStartPre=\/bin\/last\n$/);
    const card = posts().find(({ text }) => text?.startsWith('Approval needed'));
    const [head, note] = card?.blocks ?? [];
    expect(JSON.stringify(head)).toContain('Approval needed');
    expect(JSON.stringify(note)).toContain(`${id}-unit.diff`);
  });

  test('the watch is drawn once at its end, as a picture that is described', async () => {
    const switchedAt = time;
    const checks = [5_000, 10_000].map((after) => ({
      at: switchedAt + after,
      host: 'host-1',
      state: 'healthy' as const,
      ms: 12,
    }));
    await records.append(
      id,
      ...prepared({ facts: { ...exampleFacts, switchedAt } }),
      ...switched(),
    );
    await records.append(id, { type: 'checked', at: switchedAt + 10_000, checks });
    await announcer.paint(id);
    expect(workspace.files()).toEqual([]);
    await records.append(id, ...done('watch', '2 checks'));
    time += 30_000;
    workspace.faults.set({ failAfterPost: 1 });
    await announcer.paint(id);
    time += 30_000;
    expect(await restart().paint(id)).toEqual(PAINTED);
    const files = workspace.files();
    expect(files.map(({ name }) => name)).toEqual([`${id}-chart-watch.png`]);
    expect(files[0]?.content.subarray(1, 4).toString()).toBe('PNG');
    const [asked] = workspace.calls('files.getUploadURLExternal');
    expect(JSON.stringify(asked)).toContain('after it 12 ms');
  });

  test('no secret reaches Slack, however long the text that hides it', async () => {
    const long = `${'x '.repeat(74)}${SECRET} tail`;
    await records.append(
      id,
      phaseStarted('prepare'),
      ...done('source', long, { warnings: [`${'y'.repeat(240)}${SECRET}`] }),
    );
    await records.append(
      id,
      ...failed('checks', { message: `${'z'.repeat(1_490)}${SECRET}` }),
      finished('failed'),
    );
    await announcer.paint(id);
    const sent = JSON.stringify(workspace.calls());
    expect(sent).not.toContain(SECRET);
    expect(sent).not.toContain(SECRET.slice(0, 8));
  });
});
