import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { User } from '../../../sandbox/workspace/model.ts';
import { startWorkspace, type Workspace } from '../../../sandbox/workspace/workspace.ts';
import type { DeploymentEvent } from '../../../src/deploy/record/events.ts';
import type { Log } from '../../../src/deploy/ports/ports.ts';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import type { Settings } from '../../../src/deploy/settings/settings.ts';
import { createAnnouncer } from '../../../src/slack/thread/announcer.ts';
import { createSlackApp, type SlackApp } from '../../../src/slack/bolt/app.ts';
import { createMatchAuthors } from '../../../src/slack/api/authors.ts';
import { createClient } from '../../../src/slack/api/client.ts';
import { createCommitOffers } from '../../../src/slack/requests/commit-offers.ts';
import { createCheckMembership } from '../../../src/slack/entrance/membership.ts';
import { createFindWorkspace } from '../../../src/slack/entrance/workspace.ts';
import { createGroupsOf, createInChannel } from '../../../src/slack/api/groups.ts';
import { createHome } from '../../../src/slack/home/home.ts';
import type { Home, SlackPorts } from '../../../src/slack/contract/ports.ts';
import { createFreeLimiter, createMemoryPainted } from '../../support/memory-painted.ts';
import {
  createMemoryInspections,
  type MemoryInspections,
} from '../../support/memory-inspections.ts';
import { createMemoryViewers } from '../../support/memory-viewers.ts';
import { createMemoryRecords, type MemoryRecords } from '../../support/memory-records.ts';
import {
  APPROVER,
  CHANNEL,
  ELSEWHERE,
  GROUP,
  OPERATOR,
  REQUESTER,
  settings as exampleSettings,
  STRANGER,
} from '../../support/settings.ts';

const Manifest = z.object({
  features: z.object({
    slash_commands: z.array(z.object({ command: z.string(), usage_hint: z.string() })),
    shortcuts: z.array(
      z.object({ name: z.string(), type: z.enum(['global', 'message']), callback_id: z.string() }),
    ),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    socket_mode_enabled: z.boolean(),
    event_subscriptions: z.object({ bot_events: z.array(z.string()) }),
  }),
});

export const manifest = Manifest.parse(parse(readFileSync('manifest.yml', 'utf8')));
const tokens = { botToken: 'xoxb-sandbox', appToken: 'xapp-sandbox', signingSecret: 'signed' };

interface Line {
  level: keyof Log;
  fields: object;
  message: string;
}

export interface Bot {
  workspace: Workspace;
  records: MemoryRecords;
  app: SlackApp;
  home: Home;
  ports: SlackPorts;
  /** What was logged. */
  lines: Line[];
  /** Deployments that a worker was woken for. */
  woken: string[];
  /** Inspections that a worker was woken for. */
  inspected: string[];
  inspections: MemoryInspections;
  /** Writes as a worker would, and has the thread painted. */
  work(id: string, ...events: DeploymentEvent[]): Promise<void>;
  /** The claimed deployment's id, once there is one. */
  running(): Promise<string>;
  stop(): Promise<void>;
}

export async function startBot(
  options: {
    settings?: Settings;
    people?: User[];
    /** Of the channel that operates; everyone when left out. */
    members?: string[];
    addresses?: Record<string, string>;
    without?: string;
    ports?: Partial<SlackPorts>;
    httpPort?: number;
  } = {},
): Promise<Bot> {
  const workspace = await startWorkspace({
    users: [
      ...[REQUESTER, APPROVER, OPERATOR, STRANGER].map((id) => {
        const email = options.addresses?.[id];
        return { id, name: id.toLowerCase(), ...(email === undefined ? {} : { email }) };
      }),
      ...(options.people ?? []),
    ],
    channels: [
      {
        id: CHANNEL,
        name: 'deploys',
        ...(options.members ? { members: options.members } : {}),
      },
      { id: ELSEWHERE, name: 'random' },
    ],
    userGroups: [{ id: GROUP, handle: 'ops', users: [OPERATOR] }],
    botScopes: manifest.oauth_config.scopes.bot.filter((scope) => scope !== options.without),
    botEvents: manifest.settings.event_subscriptions.bot_events,
    shortcuts: manifest.features.shortcuts,
    commands: manifest.features.slash_commands.map(({ command }) => command),
    ...tokens,
    rateLimits: false,
    delivery:
      options.httpPort === undefined
        ? 'socket'
        : { http: `http://127.0.0.1:${options.httpPort}/slack/events` },
  });
  const lines: Line[] = [];
  const log = logInto(lines);
  const settings = options.settings ?? exampleSettings();
  const records = createMemoryRecords(({ id }) => void paint(id));
  const painted = createMemoryPainted();
  const redactor = createRedactor();
  const client = createClient({ token: tokens.botToken, slackApiUrl: workspace.apiUrl });
  const matchAuthors = createMatchAuthors(client);
  // A clock that leaps, so that no update waits for its pace.
  let time = Date.now();
  const now = () => (time += 60_000);
  const limiter = createFreeLimiter();
  const announcer = createAnnouncer({
    client,
    records,
    painted,
    limiter,
    settings,
    redactor,
    log,
    now,
    matchAuthors,
  });
  const woken: string[] = [];
  const inspected: string[] = [];
  const inspections = createMemoryInspections();
  const seen = new Set<string>();
  const paint = oneAtATime((id) => announcer.paint(id));
  const findWorkspace = createFindWorkspace(client);
  const groupsOf = createGroupsOf(client, settings);
  const home = createHome(
    {
      client,
      records,
      settings,
      groupsOf,
      inChannel: createInChannel(client, log),
      log,
      redactor,
    },
    createMemoryViewers(),
  );
  const ports: SlackPorts = {
    client,
    records,
    painted,
    settings,
    redactor,
    log,
    groupsOf,
    findWorkspace,
    checkMembership: createCheckMembership(client, findWorkspace),
    matchAuthors,
    limiter,
    home,
    commits: createCommitOffers({ recent: async () => [], redactor, log }),
    isFirstDelivery: async (id) => !seen.has(id) && seen.add(id).has(id),
    inspections,
    wake: {
      wake: async ({ id }) => void woken.push(id),
      inspect: async (id) => void inspected.push(id),
    },
    ...options.ports,
  };
  const app = createSlackApp({
    ...(options.httpPort === undefined
      ? { mode: 'socket', appToken: tokens.appToken }
      : {
          mode: 'http',
          signingSecret: tokens.signingSecret,
          host: '127.0.0.1',
          port: options.httpPort,
        }),
    botToken: tokens.botToken,
    slackApiUrl: workspace.apiUrl,
    onFatal: (error) => log.error({ error: String(error) }, 'fatal'),
    ports,
  });
  await app.start();
  return {
    workspace,
    records,
    app,
    home,
    ports,
    lines,
    woken,
    inspected,
    inspections,
    async work(id, ...events) {
      await records.append(id, ...events);
      await paint(id);
    },
    async running() {
      const claim = await records.claim({ service: 'argo-trading', environment: 'production' });
      return claim?.deployment ?? '';
    },
    async stop() {
      await app.stop();
      await workspace.close();
    },
  };
}

function logInto(lines: Line[]): Log {
  const at = (level: keyof Log) => (fields: object, message: string) =>
    void lines.push({ level, fields, message });
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/** As the queue does it: never two painters of one thread at once. */
function oneAtATime(paint: (id: string) => Promise<unknown>): (id: string) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return async (id) => {
    last = last.then(() => paint(id));
    await last;
  };
}
