import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { withoutProxy } from '../sandbox/argo-yml.ts';
import type { TestHost } from '../sandbox/host/host.ts';
import { setUpHosts } from '../sandbox/set-up-hosts.ts';
import { type Scene, type SceneOptions, startScene } from '../sandbox/scene.ts';
import { type Connection, connectRedis } from '../src/redis/connection/connect.ts';
import type { Changes, Mend } from './fault.ts';
import { type Provider, startProvider } from './provider.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** What rows of the campaign and cases from the field play in: the sandbox's scene, with short waits. */
export interface World {
  readonly scene: Scene;
  readonly host: TestHost;
  readonly redis: Connection;
  /** Of the data whose key is in the engine's config. */
  readonly provider: Provider;
  /** Runs on the host as root; fails with what it wrote. */
  onHost(script: string): Promise<string>;
  /** Changes argo.yml, for which the worker is started anew; undone by what it returns. */
  configure(changes: Changes): Promise<Mend>;
  stop(): Promise<void>;
}

/** The world of the campaign: two environments on one host, whose disk is small enough to be filled. */
export async function openCampaign(): Promise<World> {
  const world = await openWorld({
    variants: () => Promise.resolve({ single }),
    service: { health: { ...health, timeout_seconds: 20 }, min_free_mb: 20 },
  });
  await world.onHost(smallDisk);
  return world;
}

/** A scene with one host, in which a test deploys, changes argo.yml and works on the host as root. */
export async function openWorld(options: SceneOptions = {}): Promise<World> {
  const scene = await startScene({ watch: { checks: 4, interval_seconds: 0.5 }, ...options });
  const [host] = scene.hosts;
  if (!host) throw new Error('the scene has no host');
  const redis = connectRedis(scene.redis.url, 'fail-fast', quiet);
  const provider = await startProvider('EXAMPLE-massive-key-not-real-032');
  return {
    scene,
    host,
    redis,
    provider,
    onHost: (script) => onHost(host, script),
    configure: (changes) => configure(scene, changes),
    async stop() {
      provider.stop();
      redis.disconnect();
      await scene.stop();
    },
  };
}

/** The same service once more on the same host, with one unit and no proxy. */
export const single = {
  ...withoutProxy,
  root: '/opt/argo-single',
  port: 8100,
  unit_name: 'argo-single',
  config_locations: [],
};

/** What is declared of an environment, as far as a row has to know it. */
export const places = {
  production: { root: '/opt/argo-trading', strategy: 'proxy' },
  single: { root: single.root, strategy: 'restart' },
} as const;

const health = { path: '/api/v1/health', status: 'status', version: 'version' };

/** A file system of its own, so that filling it fills nobody else's. */
const smallDisk = `mkdir -p /opt/argo-trading
mount -t tmpfs -o size=200m,nr_inodes=30000,mode=755 tmpfs /opt/argo-trading`;

async function onHost(host: TestHost, script: string): Promise<string> {
  const { code, stdout, stderr } = await host.exec(`set -eu\n${script}`);
  if (code === 0) return stdout;
  throw new Error(`${script.slice(0, 80)} exited ${code}: ${stderr.trim() || 'nothing written'}`);
}

async function configure(scene: Scene, changes: Changes): Promise<Mend> {
  const file = join(scene.folder, 'argo.yml');
  const before = readFileSync(file, 'utf8');
  const document = parseDocument(before);
  for (const [path, value] of Object.entries(changes)) {
    document.setIn(['services', 'argo-trading', ...path.split('.')], document.createNode(value));
  }
  const use = async (text: string): Promise<void> => {
    writeFileSync(file, text);
    await setUpHosts(file, scene.hosts);
    await renewWorkers(scene);
  };
  await use(document.toString());
  return () => use(before);
}

/** A worker reads argo.yml once, at its start. */
async function renewWorkers(scene: Scene): Promise<void> {
  const old = scene.workers.splice(0);
  for (const worker of old) worker.kill('SIGTERM');
  await Promise.all(old.map((worker) => worker.ended()));
  scene.workers.push(...old.map(() => scene.startWorker()));
}
