import { Tiers } from './api/tiers.ts';
import { Backstage } from './backstage.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { HttpDelivery } from './delivery/http.ts';
import { SocketDelivery } from './delivery/socket.ts';
import { noFaults } from './faults.ts';
import type { Faults, FaultSwitches } from './faults.ts';
import { listen } from './http/server.ts';
import { secret } from './ids.ts';
import type { ChannelOption, User, UserGroup } from './model.ts';
import { ResponseUrls } from './people/response-urls.ts';
import type { Shortcut } from './people/shortcut.ts';
import { Triggers } from './people/triggers.ts';
import { person } from './person.ts';
import type { Workspace } from './person.ts';
import { Store } from './store.ts';
import type { Identity } from './store.ts';
import type { World } from './world.ts';

export type { Workspace } from './person.ts';

export interface WorkspaceOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  users: User[];
  channels: ChannelOption[];
  userGroups: UserGroup[];
  /** From the manifest: what the bot token may do, hear and answer. */
  botScopes: string[];
  botEvents?: string[];
  commands?: string[];
  shortcuts?: Shortcut[];
  /** By command: what may follow it. */
  usageHints?: Record<string, string>;
  /** The manifest's `should_escape`: mentions in a command's text arrive as ids. */
  escapeCommands?: boolean;
  botName?: string;
  botToken: string;
  appToken: string;
  signingSecret: string;
  clock?: Clock;
  /** Slack's rate limits; on unless switched off. */
  rateLimits?: boolean;
  delivery: 'socket' | { http: string };
}

function makeFaults(world: World): Faults {
  const changed = () => world.store.changes.emit('faults');
  return Object.assign(world.faults, {
    set: (switches: Partial<FaultSwitches>) => {
      Object.assign(world.faults, switches);
      changed();
    },
    clear: () => {
      Object.assign(world.faults, noFaults);
      changed();
    },
    dropSockets: () => world.delivery.drop(),
    disconnect: (reason: string) => world.delivery.disconnect(reason),
  });
}

const identityOf = ({ botName = 'argo-bot' }: WorkspaceOptions): Identity => ({
  teamId: 'T0SANDBOX',
  appId: 'A0ARGOBOT',
  botId: 'B0ARGOBOT',
  botUserId: 'U0ARGOBOT',
  botName,
});

function makeWorld(options: WorkspaceOptions, address: () => string): World {
  const clock = options.clock ?? systemClock;
  const identity = identityOf(options);
  const store = new Store(identity, options, clock);
  const faults: FaultSwitches = { ...noFaults };
  const { signingSecret, botToken, appToken } = options;
  const socket = () =>
    new SocketDelivery({
      clock,
      appId: identity.appId,
      address: () => address().replace(/^http/, 'ws'),
      refusing: () => faults.socketsDown,
      changed: () => store.changes.emit('socket'),
    });
  return {
    get url() {
      return address();
    },
    store,
    clock,
    faults,
    backstage: new Backstage(store.changes),
    tiers: options.rateLimits === false ? undefined : new Tiers(clock),
    triggers: new Triggers(clock),
    responseUrls: new ResponseUrls(clock),
    delivery:
      options.delivery === 'socket'
        ? socket()
        : new HttpDelivery({ url: options.delivery.http, signingSecret, clock }),
    credentials: {
      botToken,
      appToken,
      signingSecret,
      verificationToken: secret(12),
      scopes: options.botScopes,
      botEvents: options.botEvents ?? ['app_home_opened'],
      commands: options.commands ?? ['/argo'],
      shortcuts: options.shortcuts ?? [],
      usageHints: options.usageHints ?? {},
      escapeCommands: options.escapeCommands ?? false,
    },
  };
}

function makeWorkspace(world: World, close: () => Promise<void>): Workspace {
  const { store } = world;
  const about = () => {
    const calls = store.calls.slice(-8).map((c) => `${c.method} ${c.ok ? 'ok' : (c.error ?? '')}`);
    return `last calls: ${calls.join(', ') || 'none'}; sockets: ${world.delivery.connections()}`;
  };
  return {
    get url() {
      return world.url;
    },
    get apiUrl() {
      return `${world.url}/api/`;
    },
    botUserId: store.identity.botUserId,
    faults: makeFaults(world),
    offer: (troubles, gauges) => world.backstage.offer(troubles, gauges),
    refresh: () => store.changes.emit('backstage'),
    as: (user) => person(world, user),
    messages: (channel) => store.published(channel),
    thread: (channel, ts) => store.thread(channel, ts),
    ephemerals: (user) => store.messages.filter((message) => message.visible_to === user),
    views: (user) => store.modals.get(user) ?? [],
    home: (user) => store.homes.get(user),
    archive: (channel, archived) => store.archive(channel, archived),
    invite: (channel, user) => store.invite(channel, user),
    regroup: (group, users) => store.regroup(group, users),
    files: () => [...store.files.values()],
    calls: (method) => store.calls.filter((call) => method === undefined || call.method === method),
    acks: () => store.acks,
    connections: () => world.delivery.connections(),
    on: (_event, listener) => store.changes.on(listener),
    waitFor: (predicate, timeoutMs = 25_000) => store.changes.waitFor(predicate, timeoutMs, about),
    close,
  };
}

/** Starts a strict Slack stand-in on 127.0.0.1. */
export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  let url = '';
  const world = makeWorld(options, () => url);
  const workspace = makeWorkspace(world, async () => {
    await world.delivery.close();
    world.store.changes.close();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  const { server, port } = await listen(options.port ?? 0, () => ({ world, workspace }));
  url = `http://127.0.0.1:${port}`;
  return workspace;
}
