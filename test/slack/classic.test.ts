import { expect, test } from '@jest/globals';
import { WebAPIPlatformError } from '@slack/web-api';
import { z } from 'zod';
import { createRedactor } from '../../src/deploy/secrets/redactor.ts';
import { createAnnouncer } from '../../src/slack/thread/announcer.ts';
import type { SlackClient } from '../../src/slack/contract/ports.ts';
import { createClient } from '../../src/slack/api/client.ts';
import { createFreeLimiter, createMemoryPainted } from '../support/memory-painted.ts';
import { createMemoryRecords } from '../support/memory-records.ts';
import { CHANNEL, REQUESTER, settings } from '../support/settings.ts';

const Posted = z.object({ blocks: z.array(z.looseObject({ type: z.string() })) });

/** A workspace that refuses some block type; the strict stand-in knows them all. */
function refusing(types: string[], sent: { blocks: { type: string }[] }[]): SlackClient {
  const client: SlackClient = createClient({
    token: 'xoxb-none',
    slackApiUrl: 'http://127.0.0.1:9/',
  });
  const answer = async (message: unknown) => {
    const posted = Posted.parse(message);
    const bad = posted.blocks.some(({ type }) => types.includes(type));
    if (bad) throw new WebAPIPlatformError({ ok: false, error: 'invalid_blocks' });
    sent.push(posted);
    return { ok: true, ts: `${sent.length}.0`, channel: CHANNEL };
  };
  client.chat.postMessage = answer;
  return client;
}

async function paintWith(types: string[], rounds: number) {
  const sent: { blocks: { type: string }[] }[] = [];
  const lines: string[] = [];
  const records = createMemoryRecords();
  const push = (_fields: object, message: string) => void lines.push(message);
  const announcer = createAnnouncer({
    client: refusing(types, sent),
    records,
    painted: createMemoryPainted(),
    limiter: createFreeLimiter(),
    settings: settings(),
    redactor: createRedactor(),
    log: { info: push, warn: push, error: push },
  });
  for (let round = 0; round < rounds; round += 1) {
    const created = await records.create({
      kind: 'deploy',
      service: 'argo-trading',
      environment: 'production',
      slot: 'idle',
      dryRun: true,
      strategy: 'proxy',
      origin: { user: REQUESTER, channel: CHANNEL, team: 'T0' },
    });
    if (created.kind === 'created')
      expect(await announcer.paint(created.deployment.id)).toEqual({ kind: 'painted' });
  }
  return { sent, lines };
}

test('a workspace that refuses a plan gets sections, and is asked only once', async () => {
  const { sent, lines } = await paintWith(['plan'], 2);
  expect(sent).toHaveLength(4);
  expect(sent.flatMap(({ blocks }) => blocks.map(({ type }) => type))).not.toContain('plan');
  expect(lines).toEqual([
    'Slack refuses plan blocks in this workspace, so argo-bot sends plain sections; nobody has to act',
  ]);
});

test('a workspace that refuses all blocks gets the text', async () => {
  const { sent } = await paintWith(['plan', 'section', 'context', 'actions'], 1);
  expect(sent).toHaveLength(2);
  expect(sent.every(({ blocks }) => blocks.length === 0)).toBe(true);
});
