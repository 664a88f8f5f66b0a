// Starts a scene with one real host behind a recorder, and environments of simulated hosts.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { declaration } from '../../sandbox/argo-yml.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import type { Part } from '../../sandbox/processes.ts';
import type { Ends } from '../ends.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { type SimulatedHosts, startSimulatedHosts } from './simulated-hosts.ts';

export interface HostsScene {
  scene: Scene;
  recorder: Recorder;
  simulated: SimulatedHosts;
  /** Names of environments, each for one deployment. */
  environments: { warm: string; one: string[]; many: string[] };
  parts: Part[];
  /** The bot's processes write their figures here. */
  folder: string;
}

interface Options {
  files: number;
  hosts: number;
  rounds: number;
}

export async function startHostsScene(options: Options, ends: Ends): Promise<HostsScene> {
  const { files, hosts, rounds } = options;
  const simulated = await startSimulatedHosts(1 + rounds * (1 + hosts));
  ends.push(() => simulated.stop());
  const names = (name: string): string[] =>
    Array.from({ length: rounds }, (_, round) => `${name}-${round + 1}`);
  const environments = { warm: 'warm', one: names('one'), many: names('many') };
  let recorder: Recorder | undefined;
  ends.push(() => recorder?.close());
  const starting = startScene({
    files,
    workers: 0,
    watch: { checks: 2, interval_seconds: 0.2 },
    async variants([real]) {
      if (!real) throw new Error('the scene has no host');
      recorder = await startRecorder(real);
      const { port, hostKey } = recorder;
      const recorded = { ...declaration(real, 'root'), address: '127.0.0.1', port };
      const left = simulated.declarations(real.botKeyPath);
      const of = (name: string, count: number) =>
        [name, { old_slot: 'warm', hosts: left.splice(0, count) }] as const;
      return {
        production: { old_slot: 'warm', hosts: [{ ...recorded, host_keys: [hostKey] }] },
        ...Object.fromEntries([
          of(environments.warm, 1),
          ...environments.one.map((name) => of(name, 1)),
          ...environments.many.map((name) => of(name, hosts)),
        ]),
      };
    },
  });
  ends.push(async () => (await starting.catch(() => undefined))?.stop());
  const scene = await starting;
  if (!recorder) throw new Error('the scene asked for no environments');
  const folder = join(scene.folder, 'loop');
  return {
    scene,
    recorder,
    simulated,
    environments,
    folder,
    parts: await startMeasured(scene, folder),
  };
}

/** The bot and the worker, with the program loaded that measures their event loops. */
async function startMeasured(scene: Scene, folder: string): Promise<Part[]> {
  mkdirSync(folder);
  scene.bot.kill('SIGTERM');
  await scene.bot.ended();
  await scene.workspace.waitFor(() => scene.workspace.connections() === 0, 10_000);
  const loaded = `--import=${join(import.meta.dirname, 'loop-delay.ts')}`;
  const more = process.env['ARGO_BENCH_NODE_OPTIONS'] ?? '';
  Object.assign(scene.environment, { NODE_OPTIONS: `${loaded} ${more}`, ARGO_BENCH_LOOP: folder });
  const worker = scene.startWorker();
  return [await scene.startBot(), worker];
}
