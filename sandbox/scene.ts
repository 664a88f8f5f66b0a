import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArgoYmlOptions, argoYml, legacyConfig } from './argo-yml.ts';
import { makeRepository, type Repository } from './engine/repository.ts';
import { bootHosts, type TestHost } from './host/host.ts';
import { manifested } from './manifest.ts';
import { people } from './people.ts';
import { type Part, startPart } from './processes.ts';
import { type PrivateRedis, startRedis } from './redis.ts';
import { setUpHosts } from './set-up-hosts.ts';
import { startWorkspace, type Workspace } from './workspace/workspace.ts';

export interface SceneOptions extends Omit<ArgoYmlOptions, 'repository' | 'hosts' | 'variants'> {
  /** Further environments, made from the hosts once they are there. */
  variants?: (hosts: readonly TestHost[]) => Promise<NonNullable<ArgoYmlOptions['variants']>>;
  hosts?: number;
  /** `full`: as before argo-bot had a runner; the caller lets the bot's key in. */
  key?: 'restricted' | 'full';
  /** Pads the engine's repository to so many more files. */
  files?: number;
  /** Of the workspace's page; 0 takes a free one. */
  port?: number;
  workers?: number;
  /** Of servers that the caller runs; without it the scene has one of its own. */
  redisUrl?: string;
}

/** A whole world: a Slack workspace, hosts, a repository, Redis, the bot and its workers. */
export interface Scene {
  workspace: Workspace;
  hosts: TestHost[];
  repository: Repository;
  /** The scene's own server; there is none in one that was given a `redisUrl`. */
  readonly redis: PrivateRedis;
  folder: string;
  /** What the parts run with. */
  environment: Record<string, string>;
  bot: Part;
  workers: Part[];
  startWorker(): Part;
  /** Whether or not it will reach Slack. */
  launchBot(): Part;
  startBot(): Promise<Part>;
  stop(): Promise<void>;
}

const tokens = {
  botToken: 'xoxb-sandbox-0123456789-abcdefghij',
  appToken: 'xapp-1-sandbox-0123456789-abcdefghij',
  signingSecret: 'sandbox-signing-secret-0123456789',
};

export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'argo-scene-'));
  const stops: (() => Promise<void> | void)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
  ];
  let stopping: Promise<void> | undefined;
  // Whoever asks a second time waits for the same end.
  const stop = (): Promise<void> => (stopping ??= endAllOf(stops));
  try {
    return await assemble(folder, options, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** In the reverse order of their beginnings; one that fails does not keep the others from ending. */
export async function endAllOf(stops: (() => Promise<void> | void)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const end of stops.splice(0).toReversed()) {
    try {
      await end();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'not all of the scene could be ended');
}

async function assemble(
  folder: string,
  options: SceneOptions,
  stops: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<Scene> {
  const own = options.redisUrl === undefined ? await startRedis() : undefined;
  stops.push(() => own?.stop());
  const hosts = await bootHosts(options.hosts ?? 1);
  stops.push(async () => void (await Promise.all(hosts.map((host) => host.stop()))));
  await Promise.all(hosts.map(layOut));
  const repository = await makeRepository(join(folder, 'engine'), padding(options.files));
  const workspace = await openWorkspace(options.port ?? 0);
  stops.push(() => workspace.close());
  writeFileSync(
    join(folder, 'argo.yml'),
    argoYml({
      ...options,
      variants: (await options.variants?.(hosts)) ?? {},
      repository: repository.dir,
      hosts,
    }),
  );
  if (options.key !== 'full') await setUpHosts(join(folder, 'argo.yml'), hosts);
  const environment = environmentOf(folder, options.redisUrl ?? own?.url ?? '', workspace.apiUrl);
  const parts: Part[] = [];
  stops.push(() => endAll(parts));
  const part = (command: 'bot' | 'worker'): Part => {
    const started = startPart({ command, name: `${command}-${parts.length}`, folder, environment });
    parts.push(started);
    return started;
  };
  const startBot = async (): Promise<Part> => {
    const bot = part('bot');
    await connected(workspace, bot);
    return bot;
  };
  const workers = Array.from({ length: options.workers ?? 1 }, () => part('worker'));
  const bot = await startBot();
  return {
    workspace,
    hosts,
    repository,
    get redis() {
      if (!own) throw new Error('the Redis of this scene is its caller’s');
      return own;
    },
    folder,
    environment,
    bot,
    workers,
    startWorker: () => part('worker'),
    launchBot: () => part('bot'),
    startBot,
    stop,
  };
}

/** A host as the team had it: another config folder, and nginx in front of a service of old on port 8000. */
export async function layOut(host: TestHost): Promise<void> {
  await host.exec(`mkdir -p "$(dirname ${legacyConfig})"
sed -i s/8001/8000/ /etc/nginx/conf.d/argo-trading-upstream.conf && systemctl reload nginx`);
}

function padding(files: number | undefined): { files?: number } {
  return files === undefined ? {} : { files };
}

async function openWorkspace(port: number): Promise<Workspace> {
  const { ada, ben, cleo, operators, channels } = people;
  return startWorkspace({
    port,
    users: [ada, ben, cleo],
    channels,
    userGroups: [operators],
    ...manifested(),
    ...tokens,
    delivery: 'socket',
  });
}

function environmentOf(folder: string, redisUrl: string, apiUrl: string): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: tokens.botToken,
    SLACK_APP_TOKEN: tokens.appToken,
    SLACK_SIGNING_SECRET: tokens.signingSecret,
    SLACK_API_URL: apiUrl,
    REDIS_URL: redisUrl,
    ARGO_CONFIG: join(folder, 'argo.yml'),
    ARGO_DATA: join(folder, 'data'),
  };
}

/** A process starts in two seconds; on a machine that others use as well it may take its time. */
const CONNECTED_MS = 60_000;

/** Waits until the bot listens, or says what it said instead. */
async function connected(workspace: Workspace, bot: Part): Promise<void> {
  const died = bot.ended().then(() => {
    throw new Error(`the bot ended at once:\n${readFileSync(bot.log, 'utf8').slice(-2_000)}`);
  });
  await Promise.race([workspace.waitFor(() => workspace.connections() > 0, CONNECTED_MS), died]);
}

/** Asks first, so that whatever runs is parked; then makes sure. */
export async function endAll(parts: readonly Part[]): Promise<void> {
  await Promise.all(
    parts
      .filter((part) => part.running())
      .map(async (part) => {
        part.kill('SIGCONT');
        part.kill('SIGTERM');
        const timer = setTimeout(() => part.kill('SIGKILL'), 10_000);
        await part.ended();
        clearTimeout(timer);
      }),
  );
}
