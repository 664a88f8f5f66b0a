import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { startAnnouncer } from '../jobs/announcer.ts';
import { startWorker } from '../jobs/main.ts';
import { createWake } from '../jobs/queue.ts';
import type { Environment } from './config/environment.ts';
import type { Log, Ports } from './deploy/ports.ts';
import type { Redactor } from './deploy/redact.ts';
import type { Settings } from './deploy/settings.ts';
import { createPool } from './host/pool.ts';
import { packFiles } from './host/tar.ts';
import { listenToChanges } from './redis/changes.ts';
import { connectRedis } from './redis/connect.ts';
import { createBorn } from './redis/born.ts';
import { createLimiter } from './redis/limiter.ts';
import { createPaintedMessages } from './redis/painted-messages.ts';
import { createRecords } from './redis/records.ts';
import { createSeen } from './redis/seen.ts';
import { createViewers } from './redis/viewers.ts';
import { createAnnouncer } from './slack/announcer.ts';
import { createSlackApp } from './slack/app.ts';
import { createClient } from './slack/client.ts';
import { createGroups } from './slack/groups.ts';
import { createHome } from './slack/home/home.ts';
import { keepTellingOfLostRecords } from './slack/lost-records.ts';
import { createAskProvider } from './source/ask-provider.ts';
import { createConfigSource } from './source/config-source.ts';
import { createSource } from './source/git-source.ts';
import { createPythonCheck } from './source/python-check.ts';
import { createCommands } from './source/team-command.ts';

export type Part = 'bot' | 'worker';

export interface Wiring {
  environment: Environment;
  settings: Settings;
  redisUrl: string;
  log: Log;
  redactor: Redactor;
  /** A part cannot go on: end the process, so that its supervisor starts it again. */
  onFatal: (error: unknown) => void;
}

export interface Running {
  /** Resolves when Slack can reach us, which may take as long as Slack is away; rejects on a bad token. */
  ready: Promise<void>;
  /** Parks what is running and closes every connection. */
  stop(): Promise<void>;
}

/** Starts the bot, a worker, or both, on shared records. This and cli/ alone see every part. */
export async function start(wiring: Wiring, parts: readonly Part[]): Promise<Running> {
  const base = await openBase(wiring);
  const running: Running[] = [];
  // Workers first: what people ask the bot for then has somebody to do it.
  if (parts.includes('worker')) running.push(startDeployments(wiring, base));
  if (parts.includes('bot')) running.push(startBot(wiring, base));
  return {
    ready: Promise.all(running.map(({ ready }) => ready)).then(() => undefined),
    async stop() {
      for (const part of running.toReversed()) await part.stop();
      await base.close();
    },
  };
}

type Base = Awaited<ReturnType<typeof openBase>>;

async function openBase({ redisUrl, log, redactor }: Wiring) {
  const redis = connectRedis(redisUrl, 'asking', log);
  const changes = await listenToChanges(connectRedis(redisUrl, 'working', log));
  const wakeConnection = connectRedis(redisUrl, 'asking', log);
  const wake = createWake(wakeConnection);
  const records = createRecords({
    redis,
    redactor,
    subscribe: (id, changed) => changes.subscribe(id, changed),
    // A lost announcement is made up for by the reconciler, so nobody waits for it.
    changed: ({ id }) => {
      wake.announce(id).catch((error: unknown) => log.warn({ err: error }, 'not announced yet'));
    },
  });
  return {
    redis,
    records,
    wake,
    painted: createPaintedMessages(redis),
    async close() {
      await wake.close();
      changes.close();
      redis.disconnect();
      wakeConnection.disconnect();
    },
  };
}

function startDeployments(wiring: Wiring, { records, wake, painted }: Base): Running {
  const { environment, settings, redisUrl, log, redactor } = wiring;
  const shared: Omit<Ports, 'hosts'> = {
    records,
    source: createSource({ dataDirectory: join(environment.ARGO_DATA, 'source') }),
    python: createPythonCheck({
      dataDirectory: join(environment.ARGO_DATA, 'python'),
      warm: true,
    }),
    commands: createCommands(),
    config: createConfigSource({ fingerprintKey: fingerprintKey(environment) }),
    askProvider: createAskProvider(),
    pack: (directory, files, extra, mtime) => packFiles(directory, files, extra, { mtime }),
    redactor,
    log,
  };
  const pool = createPool({ log, redact: (text) => redactor.clean(text) });
  const connection = connectRedis(redisUrl, 'working', log);
  const worker = startWorker({
    connection,
    portsForRun: () => ({ ...shared, hosts: pool.borrow() }),
    ports: shared,
    settings,
    wake,
    paintedVersion: (id) => painted.paintedVersion(id),
    name: `${hostname()}:${process.pid}`,
  });
  return {
    ready: Promise.resolve(),
    async stop() {
      await worker.stop();
      await pool.close();
      connection.disconnect();
    },
  };
}

/** Fingerprints are keyed, so that nobody who reads them in a channel can try values against them. */
function fingerprintKey({ SLACK_BOT_TOKEN }: Environment): string {
  return createHash('sha256').update(`fingerprints\0${SLACK_BOT_TOKEN}`).digest('hex');
}

function startBot(wiring: Wiring, { redis, records, wake, painted }: Base): Running {
  const { environment, settings, redisUrl, log, redactor, onFatal } = wiring;
  const client = createClient({
    token: environment.SLACK_BOT_TOKEN,
    slackApiUrl: environment.SLACK_API_URL,
  });
  const groups = createGroups(client, settings);
  const home = createHome(
    { client, records, settings, groups, log, redactor },
    createViewers(redis),
  );
  const app = createSlackApp({
    ...transport(environment),
    botToken: environment.SLACK_BOT_TOKEN,
    slackApiUrl: environment.SLACK_API_URL,
    ports: {
      client,
      records,
      wake,
      settings,
      painted,
      groups,
      home,
      remember: createSeen(redis),
      log,
      redactor,
    },
    onFatal,
  });
  const limiter = createLimiter(redis);
  const shared = { client, records, settings, limiter, redactor, log };
  const announcer = createAnnouncer({ ...shared, painted });
  const lost = keepTellingOfLostRecords({ ...shared, born: createBorn(redis) });
  const connection = connectRedis(redisUrl, 'working', log);
  const paint = (id: string) => {
    // What a thread tells, the Home tabs tell too.
    home.soon();
    return announcer.paint(id);
  };
  const version = async (id: string) => (await records.read(id))?.version ?? 0;
  const painter = startAnnouncer(connection, { paint, version }, log);
  return {
    ready: app.start(),
    async stop() {
      home.stop();
      await lost.stop();
      await app.stop();
      await painter.stop();
      connection.disconnect();
    },
  };
}

function transport(environment: Environment) {
  return environment.SLACK_MODE === 'socket'
    ? ({ mode: 'socket', appToken: environment.SLACK_APP_TOKEN } as const)
    : ({
        mode: 'http',
        port: environment.PORT,
        signingSecret: environment.SLACK_SIGNING_SECRET,
      } as const);
}
