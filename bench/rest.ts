// Measures what each process uses when it rests: memory and CPU, a minute after a deployment.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { approve, ask, ending } from '../sandbox/acts.ts';
import { startPart, type Part } from '../sandbox/processes.ts';
import type { Scene } from '../sandbox/scene.ts';
import { newChange } from './rounds.ts';

const REST_MS = 60_000;
/** CPU is counted over this time, after the rest. */
const IDLE_MS = 30_000;

export interface Rest {
  part: string;
  /** Resident memory, MB. */
  memory: number;
  /** CPU time of one processor, percent. */
  cpu: number;
}

/** Deploys once, waits a minute, and measures the bot, the worker and both in one process. */
export async function measureRest(scene: Scene): Promise<Rest[]> {
  const [worker] = scene.workers;
  if (!worker) throw new Error('the scene has no worker');
  await deployOnce(scene);
  const apart = await measure({ bot: scene.bot, worker });
  await Promise.all([scene.bot, worker].map((part) => ended(part)));
  const { folder, environment } = scene;
  const both = startPart({ command: 'start', name: 'start', folder, environment });
  try {
    await scene.workspace.waitFor(() => scene.workspace.connections() > 0, REST_MS);
    await newChange(scene.repository);
    await deployOnce(scene);
    return [...apart, ...(await measure({ start: both }))];
  } finally {
    await ended(both);
  }
}

/** Megabytes by part, and percent of one processor for all. */
const memoryBounds: Record<string, number> = { bot: 150, worker: 200, start: 250 };
const CPU_BOUND = 0.3;

/** A process that does nothing but wake up, about as often as an idle worker: what waking costs on this machine. */
const BARE = 'bare Node that wakes 2.5 times a second';
/** Ends by itself, should the bench be killed. */
const bareScript = 'setInterval(() => undefined, 400); setTimeout(() => process.exit(), 120_000)';

export function restLines(rests: readonly Rest[]): string[] {
  return rests.map(({ part, memory, cpu }) => {
    if (part === BARE) return `${part}: ${memory} MB, ${cpu.toFixed(2)} % of a processor`;
    const bound = memoryBounds[part] ?? 0;
    const kept = memory < bound && cpu < CPU_BOUND;
    return `${part}, a minute after a deployment: ${memory} MB (bound ${bound}), ${cpu.toFixed(2)} % of a processor (bound ${CPU_BOUND}): ${kept ? 'met' : 'not met'}`;
  });
}

async function deployOnce(scene: Scene): Promise<void> {
  const root = await ask(scene, 'ada', 'deploy');
  await approve(scene, root);
  const line = await ending(scene, root);
  if (!line.startsWith('✅')) throw new Error(`the deployment failed: ${line}`);
}

async function measure(own: Record<string, Part>): Promise<Rest[]> {
  const bare = spawn(process.execPath, ['-e', bareScript], { stdio: 'ignore' });
  try {
    return await measureBeside({ ...own, [BARE]: { pid: bare.pid ?? 0 } });
  } finally {
    bare.kill('SIGKILL');
  }
}

async function measureBeside(parts: Record<string, Pick<Part, 'pid'>>): Promise<Rest[]> {
  await pass(REST_MS);
  const before = Object.values(parts).map(({ pid }) => cpuTicks(pid));
  await pass(IDLE_MS);
  return Object.entries(parts).map(([part, { pid }], at) => {
    const ticks = cpuTicks(pid) - (before[at] ?? 0);
    return {
      part,
      memory: residentMb(pid),
      cpu: (ticks / TICKS_A_SECOND / (IDLE_MS / 1_000)) * 100,
    };
  });
}

/** USER_HZ, which is 100 on all Linux machines. */
const TICKS_A_SECOND = 100;

/** utime and stime of proc(5), after the name, which may hold blanks. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1_024);
}

async function ended(part: Part): Promise<void> {
  part.kill('SIGTERM');
  await part.ended();
}

/** Rest is time without work, so nothing else ends this wait. */
async function pass(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
