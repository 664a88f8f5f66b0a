import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { declaration } from '../../sandbox/argo-yml.ts';
import { command } from '../../sandbox/host/command.ts';
import { startDelayProxy, type DelayProxy } from '../../sandbox/host/delay-proxy.ts';
import type { TestHost } from '../../sandbox/host/host.ts';
import { people } from '../../sandbox/people.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { type Connection, connectRedis } from '../../src/redis/connection/connect.ts';
import { watchArguments, type Arguments } from './arguments.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
export const place = { service: 'argo-trading', environment: 'production' };
export const root = '/opt/argo-trading';
/** So much room the service's root has: little enough to be filled in an instant. */
const ROOM = '160m';

/** A scene whose links, disk, Redis and processes can be broken one by one. */
export interface World {
  readonly scene: Scene;
  readonly host: TestHost;
  /** What stands between the workers and the host's sshd. */
  readonly link: DelayProxy;
  /** Ours, to look with. */
  readonly redis: Connection;
  /** The service's root on the host, as a folder of this machine: readable while its link is cut. */
  readonly folder: string;
  readonly arguments: Arguments;
  /** Makes sure that all parts are running. */
  complete(): Promise<void>;
  stop(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const ends: (() => Promise<unknown> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
  };
  try {
    return await assemble(ends, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

const health = { path: '/api/v1/health', status: 'status', version: 'version' };
/** One may be stopped or killed, and another goes on. */
const WORKERS = 2;

async function assemble(
  ends: (() => Promise<unknown> | void)[],
  stop: () => Promise<void>,
): Promise<World> {
  const links: DelayProxy[] = [];
  const scene = await startScene({
    workers: WORKERS,
    watch: { checks: 8, interval_seconds: 0.3 },
    service: { health: { ...health, timeout_seconds: 30 }, min_free_mb: 5 },
    async variants([host]) {
      if (!host) throw new Error('the scene has no host');
      await giveRoom(host);
      const link = await startDelayProxy({ host: host.address, port: host.port, delayMs: 0 });
      links.push(link);
      const settings = { ...declaration(host, 'root'), address: '127.0.0.1', port: link.port };
      return { production: { hosts: [settings], access } };
    },
  });
  ends.push(() => scene.stop());
  const [host] = scene.hosts;
  const [link] = links;
  if (!host || !link) throw new Error('the scene has no host');
  ends.push(() => link.stop());
  // Before the host ends, or its root could not be unmounted.
  ends.push(() => takeRoom(host));
  const redis = connectRedis(scene.redis.url, 'fail-fast', quiet);
  ends.push(() => redis.disconnect());
  const watched = watchArguments();
  ends.push(() => watched.stop());
  return {
    scene,
    host,
    link,
    redis,
    folder: join(rootOf(host), root),
    arguments: watched,
    complete: () => complete(scene),
    stop,
  };
}

const access = {
  deploy: [people.ada.id, people.ben.id],
  approve: [people.operators.id, people.cleo.id],
  rollback: [people.ada.id, people.operators.id],
  unlock: [people.operators.id],
  channels: people.channels.map(({ id }) => id),
};

function rootOf(host: TestHost): string {
  return join(dirname(host.knownHostsPath), 'root');
}

/** A small file system of its own under the service's root, which stays over a restart of the host. */
async function giveRoom(host: TestHost): Promise<void> {
  const folder = join(rootOf(host), root);
  if (existsSync(folder)) throw new Error(`${folder} is there already`);
  mkdirSync(folder, { recursive: true });
  await command('mount', ['-t', 'tmpfs', '-o', `mode=755,size=${ROOM}`, 'tmpfs', folder]);
  await host.reboot();
}

async function takeRoom(host: TestHost): Promise<void> {
  await command('umount', ['--lazy', join(rootOf(host), root)]);
}

async function complete(scene: Scene): Promise<void> {
  const alive = scene.workers.filter((worker) => worker.running());
  scene.workers.splice(0, scene.workers.length, ...alive);
  while (scene.workers.length < WORKERS) scene.workers.push(scene.startWorker());
  if (!scene.bot.running()) scene.bot = await scene.startBot();
}
