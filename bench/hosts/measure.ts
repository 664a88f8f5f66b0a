// Measures deployments to one and to many simulated hosts, and the CPU time that one costs a real host.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Part } from '../../sandbox/processes.ts';
import type { Connection } from '../../src/redis/connection/connect.ts';
import { argoBot } from '../argo.ts';
import type { Change, Contender, Step } from '../contender.ts';
import { newChange } from '../rounds.ts';
import type { HostsScene } from './hosts-scene.ts';
import { LoopDelay } from './told.ts';

export interface Deployed {
  /** Without the approver's wait. */
  ms: number;
  steps: readonly Step[];
  /** Of the bot and the worker together. */
  cpuMs: number;
  /** The worse one of the two. */
  p99: number;
  max: number;
}

export interface HostsMeasured {
  one: Deployed[];
  many: Deployed[];
  /** CPU milliseconds of a real host for each deployment of one changed file, by contender. */
  hostCpu: { argo: number[]; tight: number[] };
}

interface Options {
  redis: Connection;
  tight: Contender;
  rounds: number;
  say: (line: string) => void;
}

export async function measureHosts(hosts: HostsScene, options: Options): Promise<HostsMeasured> {
  const { scene, recorder, simulated, environments } = hosts;
  const { redis, say } = options;
  const [real] = scene.hosts;
  if (!real) throw new Error('the scene has no host');
  const to = (environment: string): Contender => argoBot({ scene, redis, host: real, environment });
  const measured: HostsMeasured = { one: [], many: [], hostCpu: { argo: [], tight: [] } };
  const argo = to('production');
  for (const contender of [argo, options.tight]) await contender.wipe();
  await deployBoth([argo, options.tight], await newChange(scene.repository));
  for (let round = 1; round <= options.rounds; round += 1) {
    recorder.take();
    const [ours, theirs] = await deployBoth(
      [argo, options.tight],
      await newChange(scene.repository),
    );
    measured.hostCpu.argo.push(ours ?? Number.NaN);
    measured.hostCpu.tight.push(theirs ?? Number.NaN);
    say(
      `CPU time of a real host: argo-bot ${ours?.toFixed(0)} ms, tight script ${theirs?.toFixed(0)} ms`,
    );
  }
  await simulated.replay(recorder.take());
  await measureOne(hosts, to(environments.warm));
  for (const [round, name] of environments.one.entries()) {
    const one = await measureOne(hosts, to(name));
    const many = await measureOne(hosts, to(environments.many[round] ?? ''));
    measured.one.push(one);
    measured.many.push(many);
    for (const { ms, cpuMs, p99, max } of [one, many]) {
      say(
        `round ${round + 1}: ${ms} ms, CPU ${cpuMs.toFixed(0)} ms, loop p99 ${p99.toFixed(0)} ms, longest ${max.toFixed(0)} ms`,
      );
    }
  }
  return measured;
}

/** In turns; the CPU time of each host meanwhile. */
async function deployBoth(contenders: readonly Contender[], change: Change): Promise<number[]> {
  const used: number[] = [];
  for (const contender of contenders) {
    const before = contender.host.cpuMs();
    await contender.deploy(change);
    used.push(contender.host.cpuMs() - before);
  }
  return used;
}

async function measureOne({ parts, folder }: HostsScene, contender: Contender): Promise<Deployed> {
  await readLoops(parts, folder);
  const { steps } = await contender.deploy({ sha: '', version: '' });
  const loops = await readLoops(parts, folder);
  return {
    ms: steps.reduce((sum, step) => sum + step.ms, 0),
    steps,
    cpuMs: loops.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    p99: Math.max(...loops.map(({ p99 }) => p99)),
    max: Math.max(...loops.map(({ max }) => max)),
  };
}

/** Since the last call of this. */
async function readLoops(parts: readonly Part[], folder: string): Promise<LoopDelay[]> {
  return Promise.all(
    parts.map(async ({ pid }) => {
      const file = join(folder, `${pid}.json`);
      rmSync(file, { force: true });
      process.kill(pid, 'SIGUSR2');
      while (!existsSync(file)) await pause(5);
      return LoopDelay.parse(JSON.parse(readFileSync(file, 'utf8')));
    }),
  );
}
