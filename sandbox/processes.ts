import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { compiled } from './cache.ts';

const cli = join(import.meta.dirname, '..', 'src', 'cli.ts');

/** One part of the bot in a process of its own, so that it can be killed like one. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  /** The file that holds what it logs. */
  readonly log: string;
  running(): boolean;
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void;
  /** The code it ended with; null after a signal. */
  ended(): Promise<number | null>;
}

export interface PartOptions {
  command: 'bot' | 'worker' | 'start';
  name: string;
  folder: string;
  environment: Record<string, string>;
}

export function startPart({ command, name, folder, environment }: PartOptions): Part {
  const log = join(folder, `${name}.log`);
  const output = openSync(log, 'a', 0o600);
  const child: ChildProcess = spawn(process.execPath, [cli, command], {
    // Nothing of ours but what it takes to run: the settings come from this list alone.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...compiled, ...environment },
    cwd: folder,
    stdio: ['ignore', output, output],
    // Ctrl-C in the terminal is ours to pass on, in the right order.
    detached: true,
  });
  closeSync(output);
  const exit = once(child, 'exit').then(() => child.exitCode);
  // When we end, however that comes about, nobody is left to talk to.
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  void exit.then(() => process.off('exit', onExit));
  return {
    name,
    pid: child.pid ?? 0,
    log,
    running: () => child.exitCode === null && child.signalCode === null,
    kill: (signal) => void child.kill(signal),
    ended: () => exit,
  };
}
