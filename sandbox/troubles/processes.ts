import { setTimeout as pause } from 'node:timers/promises';
import type { Part } from '../processes.ts';
import type { Scene } from '../scene.ts';
import type { Trouble } from '../workspace/backstage.ts';

const group = 'Bot, workers and records';
/** Like `RestartSec=2` of the unit in docs/how-to/install.md. */
const RESTART_MS = 2_000;

export interface Supervisor {
  /** Starts whatever has ended again, a little later; until told to stop. */
  stop(): void;
}

/** What systemd would do on the bot's machine. */
export function supervise(scene: Scene): Supervisor {
  let stopped = false;
  const again = async (part: Part, start: () => void): Promise<void> => {
    await part.ended();
    await pause(RESTART_MS, undefined, { ref: false });
    if (!stopped) start();
  };
  const bot = (): void =>
    void again(scene.bot, () => {
      scene.bot = scene.launchBot();
      bot();
    });
  const worker = (part: Part): void =>
    void again(part, () => {
      const next = scene.startWorker();
      scene.workers.splice(scene.workers.indexOf(part), 1, next);
      worker(next);
    });
  bot();
  scene.workers.forEach(worker);
  return { stop: () => void (stopped = true) };
}

export function brokenProcesses(scene: Scene): Trouble[] {
  const all = (signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void => {
    for (const worker of scene.workers) worker.kill(signal);
  };
  return [
    {
      id: 'workers-killed',
      verb: 'Kill',
      group,
      label: 'All workers killed',
      about: 'others start two seconds later and go on',
      async strike() {
        all('SIGKILL');
        await Promise.all(scene.workers.map((worker) => worker.ended()));
      },
    },
    {
      id: 'workers-suspended',
      verb: 'Suspend',
      group,
      label: 'All workers asleep',
      about: 'they sleep, and still think that they hold the deployment',
      strike: async () => all('SIGSTOP'),
      mend: async () => all('SIGCONT'),
    },
    {
      id: 'bot-killed',
      verb: 'Kill',
      group,
      label: 'Bot killed',
      about: 'nobody answers in Slack until it is back',
      async strike() {
        scene.bot.kill('SIGKILL');
        await scene.bot.ended();
      },
    },
    {
      id: 'redis-killed',
      verb: 'Kill',
      group,
      label: 'Redis killed',
      about: 'it comes back with its data when mended',
      strike: () => scene.redis.kill(),
      mend: () => scene.redis.restart(),
    },
  ];
}
