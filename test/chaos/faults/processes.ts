import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { command } from '../../../sandbox/host/command.ts';
import type { Part } from '../../../sandbox/processes.ts';
import type { Fault } from '../fault.ts';
import type { Run } from '../run.ts';
import type { World } from '../world.ts';

/** The worker that has the deployment, by its own word; between phases, any. */
function busy({ scene }: World, { events }: Run): Part {
  const started = events.findLast((event) => event.type === 'phase-started');
  const pid = started?.type === 'phase-started' ? Number(started.worker.split(':').at(-1)) : 0;
  const worker = scene.workers.find((one) => one.pid === pid && one.running()) ?? scene.workers[0];
  if (!worker) throw new Error('no worker is running');
  return worker;
}

/** Only what is in the middle of a phase is waited for. */
function note(run: Run): void {
  const last = run.events.findLast(({ type }) =>
    ['phase-started', 'phase-done', 'phase-interrupted', 'finished', 'gate-opened'].includes(type),
  );
  const at = Date.now();
  if (last?.type === 'phase-started') run.gone.push({ at, othersSince: at });
}

async function gone(part: Part, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  part.kill(signal);
  await part.ended();
}

const workerKilled: Fault = {
  name: 'worker killed',
  harmless: true,
  async strike(world, run) {
    const worker = busy(world, run);
    note(run);
    await gone(worker, 'SIGKILL');
    await world.complete();
  },
};

const outOfMemory: Fault = {
  name: 'worker out of memory',
  harmless: true,
  async strike(world, run) {
    const worker = busy(world, run);
    note(run);
    // From now on it gets no memory from the kernel: the next time it needs some, it ends by itself.
    await command('prlimit', ['--pid', String(worker.pid), '--as=1000000']);
    await Promise.race([worker.ended(), pause(STARVED_MS)]);
    if (worker.running()) await gone(worker, 'SIGKILL');
    await world.complete();
  },
};

const STARVED_MS = 8_000;

/** What holds back the bot more than once: each next worker dies as soon as it has begun something. */
const killedAgain: Fault = {
  name: 'workers killed in a row',
  harmless: false,
  async strike(world, run) {
    for (let kills = 0; kills < STARTS; kills += 1) {
      const seen = run.events.length;
      if (kills > 0) await begins(run, seen);
      if (run.events.some(({ type }) => type === 'finished')) return;
      const worker = busy(world, run);
      note(run);
      await gone(worker, 'SIGKILL');
      await world.complete();
    }
  },
};

/** As often as a phase is begun before it counts as one that workers die in. */
const STARTS = 6;
const MOST_MS = 30_000;

/** Waits until a worker has taken it over and begun a stage, or nobody will any more. */
async function begins({ events }: Run, seen: number): Promise<void> {
  const until = Date.now() + MOST_MS;
  const news = (): boolean =>
    events.slice(seen).some(({ type }) => type === 'intent' || type === 'finished');
  while (!news() && Date.now() < until) await pause(4);
}

/** A process takes its time to start, on a busy machine a good while. */
async function running({ log }: Part): Promise<void> {
  while (!readFileSync(log, 'utf8').includes('argo-bot is running')) await pause(20);
}

const allWorkersKilled: Fault = {
  name: 'all workers killed',
  harmless: true,
  async strike(world, run) {
    note(run);
    await Promise.all(world.scene.workers.map((worker) => gone(worker, 'SIGKILL')));
    await world.complete();
    await Promise.race(world.scene.workers.map((worker) => running(worker)));
    const last = run.gone.at(-1);
    if (last) last.othersSince = Date.now();
  },
};

const workerStopped: Fault = {
  name: 'worker told to stop',
  harmless: true,
  async strike(world, run) {
    const worker = busy(world, run);
    const began = performance.now();
    await gone(worker, 'SIGTERM');
    const ms = performance.now() - began;
    if (ms > 10_000) run.wrong.push(`a graceful stop took ${Math.round(ms)} ms`);
    await world.complete();
  },
};

/** Longer than it takes the others to notice. */
const ASLEEP_MS = 16_000;

const workerSuspended: Fault = {
  name: 'worker suspended',
  harmless: true,
  async strike(world, run) {
    const worker = busy(world, run);
    note(run);
    worker.kill('SIGSTOP');
    await pause(ASLEEP_MS);
    worker.kill('SIGCONT');
  },
};

const botKilled: Fault = {
  name: 'bot killed',
  harmless: true,
  async strike(world) {
    await gone(world.scene.bot, 'SIGKILL');
    await world.complete();
  },
};

const rollingRestart: Fault = {
  name: 'all restarted in turn',
  harmless: true,
  async strike(world) {
    for (const part of [...world.scene.workers, world.scene.bot]) {
      await gone(part, 'SIGTERM');
      await world.complete();
    }
  },
};

export const processFaults = [
  workerKilled,
  outOfMemory,
  killedAgain,
  allWorkersKilled,
  workerStopped,
  workerSuspended,
  botKilled,
  rollingRestart,
];
