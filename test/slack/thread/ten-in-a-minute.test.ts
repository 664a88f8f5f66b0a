import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startWorkspace, type Workspace } from '../../../sandbox/workspace/workspace.ts';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import type { DeploymentEvent } from '../../../src/deploy/record/events.ts';
import type { Limiter } from '../../../src/deploy/ports/slack-ports.ts';
import { createAnnouncer, type Announcer } from '../../../src/slack/thread/announcer.ts';
import { createClient } from '../../../src/slack/api/client.ts';
import { done, finished, phaseStarted, prepared, switched } from '../../support/events.ts';
import { createMemoryPainted } from '../../support/memory-painted.ts';
import { createMemoryRecords, type MemoryRecords } from '../../support/memory-records.ts';
import { CHANNEL, REQUESTER, settings } from '../../support/settings.ts';
import { manifest } from '../support/bot.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const STEP_MS = 250;

let workspace: Workspace;
let records: MemoryRecords;
let time: number;

beforeEach(async () => {
  time = Date.now();
  records = createMemoryRecords();
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
afterEach(() => workspace.close());

/** Redis's limiter in memory: so many updates in any minute, less what is reserved. */
function minuteLimiter(): Limiter {
  const sent: number[] = [];
  return {
    async take(key, rate, reserved = 0) {
      if (!key.startsWith('chat.update') || !('inAnyMinute' in rate)) return { kind: 'go' };
      const lately = sent.filter((at) => time - at < 60_000);
      const most = Math.max(1, rate.inAnyMinute - reserved);
      const oldest = lately.at(-most);
      if (oldest !== undefined) return { kind: 'wait', ms: oldest + 60_000 - time };
      sent.push(time);
      return { kind: 'go' };
    },
    pause: async () => {},
  };
}

/** Milliseconds after its request, and the events that a deployment of six seconds writes then. */
const story: [number, DeploymentEvent[]][] = [
  [0, [phaseStarted('prepare')]],
  [500, done('source', '3 commits')],
  [1_000, done('checks', '12 tests')],
  [2_000, prepared()],
  [3_000, switched()],
  [4_500, done('watch', '2 checks')],
  [6_000, [finished('succeeded')]],
];

interface Played {
  id: string;
  startedAt: number;
  next: number;
  tryAt: number;
}

/** Writes what is due, and paints as the queue does: at once after an event, otherwise when the painter says. */
async function step(announcer: Announcer, played: Played): Promise<boolean> {
  const due = story.slice(played.next).filter(([at]) => played.startedAt + at <= time);
  for (const [, events] of due) await records.append(played.id, ...events);
  played.next += due.length;
  if (due.length === 0 && played.tryAt > time) return false;
  const painted = await announcer.paint(played.id);
  played.tryAt = painted.kind === 'later' ? time + painted.ms : Infinity;
  return painted.kind === 'painted' && played.next === story.length;
}

test('with ten deployments within a minute, every end is painted within two seconds', async () => {
  const announcer = createAnnouncer({
    client: createClient({
      token: 'xoxb-sandbox',
      slackApiUrl: workspace.apiUrl,
      timeoutMs: 2_000,
    }),
    records,
    painted: createMemoryPainted(),
    limiter: minuteLimiter(),
    settings: settings(),
    redactor: createRedactor(),
    log: silent,
    now: () => time,
  });
  const late: number[] = [];
  for (let number = 0; number < 10; number += 1) {
    const created = await records.create({
      kind: 'deploy',
      service: 'argo-trading',
      environment: 'production',
      slot: 'green',
      dryRun: false,
      strategy: 'proxy',
      origin: { user: REQUESTER, channel: CHANNEL, team: 'T0SANDBOX' },
    });
    if (created.kind !== 'created') throw new Error(`deployment ${number} was not created`);
    const { id } = created.deployment;
    const played = { id, startedAt: time, next: 0, tryAt: 0 };
    while (!(await step(announcer, played))) {
      time += STEP_MS;
      if (time > played.startedAt + 60_000) throw new Error(`deployment ${number} is not painted`);
    }
    late.push(time - played.startedAt - 6_000);
  }
  expect(late.filter((ms) => ms > 2_000)).toEqual([]);
});
