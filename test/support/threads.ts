import { setImmediate as turn } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { type ApiCall, isRecord } from '../../sandbox/workspace/model.ts';
import type { Clock } from '../../sandbox/workspace/clock.ts';
import { startWorkspace, type Workspace } from '../../sandbox/workspace/workspace.ts';
import { createRedactor } from '../../src/deploy/secrets/redactor.ts';
import type { DeploymentEvent } from '../../src/deploy/record/events.ts';
import { findTarget, type Settings } from '../../src/deploy/settings/settings.ts';
import { createLimiter } from '../../src/redis/limiter.ts';
import { createAnnouncer, type Announcer } from '../../src/slack/thread/announcer.ts';
import { createClient } from '../../src/slack/api/client.ts';
import { messagesOf } from '../../src/slack/views/messages.ts';
import { createMemoryPainted } from './memory-painted.ts';
import { createMemoryRecords, type MemoryRecords } from './memory-records.ts';
import { settings as exampleSettings } from './settings.ts';
import { type Away, weatherOf } from './slack-away.ts';

/** Some events of one deployment, at a time after the start, in milliseconds. */
export interface Step {
  after: number;
  events(at: number): DeploymentEvent[];
  /** People wait for this state: how late every message shows it is measured. */
  awaited?: boolean;
}

export interface ThreadFigures {
  calls: ApiCall[];
  /** Most calls in any minute: of the whole workspace, and of the busiest channel. */
  mostAMinute: number;
  mostAMinuteOfOne: number;
  limited: number;
  /** Of each state that people wait for, how late its last message was, in milliseconds. */
  lateness: number[];
  /** How far apart the checklists were painted, in milliseconds. */
  gaps: number[];
  /** How long after Slack was back the last call was made, in milliseconds. */
  caughtUp: number;
  standing: Standing[];
}

/** How one thread stands at the end. */
export interface Standing {
  /** Texts that the record wants, and that do not stand there. */
  missing: string[];
  /** Labels and file names that stand there more than once. */
  twice: string[];
  messages: number;
}

interface Thread {
  id: string;
  service: string;
  channel: string;
}

/**
 * Paints threads side by side, each in a channel of its own, on a strict workspace that counts as Slack
 * does. The time is made up, so minutes pass in seconds and every figure is the same in every run; the
 * announcer, the limiter's scripts and the calls are the real ones. A call itself takes no time.
 */
export async function paintThreads(
  redis: Redis,
  plans: Step[][],
  away?: Away,
): Promise<ThreadFigures> {
  const start = Date.now();
  const time = { now: start };
  const clock: Clock = { now: () => time.now, after: () => () => {} };
  const channels = plans.map((_, index) => ({ id: `C${index}`, name: `deploys-${index}` }));
  const workspace = await startWorkspace({
    users: [{ id: 'U0ALICE', name: 'alice' }],
    channels,
    userGroups: [],
    botScopes: ['chat:write', 'files:write', 'channels:history', 'groups:history'],
    botToken: 'xoxb-sandbox',
    appToken: 'xapp-sandbox',
    signingSecret: 'signed',
    delivery: 'socket',
    clock,
  });
  try {
    const records = createMemoryRecords();
    const settings = exampleSettings(channels.map(({ name }) => name));
    const announcer = announcerOn(redis, { workspace, records, settings, now: () => time.now });
    const threads = await begin(records, channels);
    const weather = weatherOf(workspace, time, away);
    const stage = { time, records, settings, announcer, weather: () => weather.look() };
    const awaited = await play(stage, threads, plans);
    const calls = workspace.calls();
    return {
      ...figuresOf(calls, awaited),
      caughtUp: Math.max(...calls.map(({ at }) => at)) - weather.backAt(),
      standing: await Promise.all(threads.map((thread) => standingOf(stage, thread, workspace))),
    };
  } finally {
    await workspace.close();
  }
}

function announcerOn(
  redis: Redis,
  world: {
    workspace: { apiUrl: string };
    records: MemoryRecords;
    settings: Settings;
    now: () => number;
  },
): Announcer {
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  return createAnnouncer({
    client: createClient({ token: 'xoxb-sandbox', slackApiUrl: world.workspace.apiUrl }),
    records: world.records,
    painted: createMemoryPainted(),
    limiter: createLimiter(redis, world.now),
    settings: world.settings,
    redactor: createRedactor(),
    log: silent,
    now: world.now,
  });
}

async function begin(
  records: MemoryRecords,
  channels: readonly { id: string; name: string }[],
): Promise<Thread[]> {
  const threads: Thread[] = [];
  for (const { id: channel, name: service } of channels) {
    const created = await records.create({
      kind: 'deploy',
      service,
      environment: 'production',
      slot: 'green',
      dryRun: false,
      strategy: 'proxy',
      origin: { user: 'U0ALICE', channel, team: 'T0SANDBOX' },
    });
    if (created.kind !== 'created') throw new Error(created.kind);
    threads.push({ id: created.deployment.id, service, channel });
  }
  return threads;
}

interface Stage {
  time: { now: number };
  records: MemoryRecords;
  settings: Settings;
  announcer: Announcer;
  /** Called whenever the time has moved on. */
  weather: () => void;
}

interface Awaited {
  channel: string;
  at: number;
  texts: string[];
}

/** What is due, in its order: a step of a deployment, or a painter that was told to come again. */
async function play(stage: Stage, threads: Thread[], plans: Step[][]): Promise<Awaited[]> {
  const { time, records, announcer } = stage;
  const start = time.now;
  const awaited: Awaited[] = [];
  const steps = threads
    .flatMap((thread, index) => (plans[index] ?? []).map((step) => ({ thread, step })))
    .toSorted((a, b) => a.step.after - b.step.after);
  /** When each painter comes again. A change makes it come at once, as the queue does it. */
  const later = new Map<string, number>();
  const paint = async ({ id }: Thread): Promise<void> => {
    const painted = await announcer.paint(id);
    if (painted.kind === 'later') later.set(id, time.now + painted.ms);
    else later.delete(id);
  };
  stage.weather();
  for (const thread of threads) await paint(thread);
  for (;;) {
    const [id, comes] = [...later].toSorted(([, a], [, b]) => a - b)[0] ?? ['', Infinity];
    const next = steps[0];
    const at = next ? start + next.step.after : Infinity;
    if (Math.min(at, comes) === Infinity) return awaited;
    time.now = Math.min(at, comes);
    await turn();
    stage.weather();
    if (comes < at || !next) {
      const thread = threads.find((one) => one.id === id);
      if (thread) await paint(thread);
      continue;
    }
    steps.shift();
    await records.append(next.thread.id, ...next.step.events(at));
    if (next.step.awaited) awaited.push(await stateOf(stage, next.thread));
    await paint(next.thread);
  }
}

/** What every message of the thread must say for the state to be shown. */
async function stateOf({ time, records, settings }: Stage, thread: Thread): Promise<Awaited> {
  const d = await records.read(thread.id);
  if (!d) throw new Error(`no record of ${thread.id}`);
  const found = findTarget(settings, thread.service, 'production');
  const target = found.kind === 'found' ? found.target : undefined;
  const views = messagesOf(d, { target, style: 'plan' });
  return { channel: thread.channel, at: time.now, texts: views.map(({ text }) => text) };
}

async function standingOf(stage: Stage, thread: Thread, workspace: Workspace): Promise<Standing> {
  const { texts } = await stateOf(stage, thread);
  const messages = workspace.messages(thread.channel);
  const names = messages.flatMap(({ metadata, files = [] }) => {
    const payload = isRecord(metadata) ? metadata['event_payload'] : undefined;
    const label = isRecord(payload) ? [String(payload['key'])] : [];
    return [...label, ...files.map(({ name }) => name)];
  });
  return {
    missing: texts.filter((text) => !messages.some((message) => message.text === text)),
    twice: names.filter((name, index) => names.indexOf(name) !== index),
    messages: names.length,
  };
}

function figuresOf(
  calls: ApiCall[],
  awaited: readonly Awaited[],
): Omit<ThreadFigures, 'caughtUp' | 'standing'> {
  const channels = [...new Set(awaited.map(({ channel }) => channel))];
  const of = (channel: string) => calls.filter(({ args }) => args['channel'] === channel);
  return {
    calls,
    mostAMinute: mostInAMinute(calls),
    mostAMinuteOfOne: Math.max(...channels.map((channel) => mostInAMinute(of(channel)))),
    limited: calls.filter(({ error }) => error === 'ratelimited').length,
    lateness: awaited.map((state) => latenessOf(of(state.channel), state)),
    gaps: channels.flatMap((channel) => gapsOf(of(channel))),
  };
}

/** The last of the messages that came to show the state; a text that already stood there is not late. */
function latenessOf(calls: readonly ApiCall[], { at, texts }: Awaited): number {
  const times = texts.map((text) => {
    const shown = calls.find(({ ok, args }) => ok && args['text'] === text);
    return shown ? Math.max(0, shown.at - at) : Infinity;
  });
  return Math.max(...times);
}

function gapsOf(calls: readonly ApiCall[]): number[] {
  // The blocks are on the wire as text within the form.
  const paints = calls.filter(({ args }) => /"plan\\?"/.test(JSON.stringify(args['blocks'] ?? '')));
  return paints.slice(1).map(({ at }, index) => at - (paints[index]?.at ?? at));
}

function mostInAMinute(calls: readonly ApiCall[]): number {
  const counts = calls.map(
    ({ at }) => calls.filter((other) => other.at >= at && other.at < at + 60_000).length,
  );
  return Math.max(0, ...counts);
}
