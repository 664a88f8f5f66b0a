import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitForBoot } from './boot.ts';
import { endMachine, startMachine } from './machine.ts';
import type { Place } from './machine.ts';
import type { ShellResult } from './remote-shell.ts';

export interface Power {
  on(): Promise<void>;
  off(how: 'orderly' | 'crash'): Promise<void>;
}

export function powerOf(place: Place, exec: (script: string) => Promise<ShellResult>): Power {
  let machine: ChildProcess | undefined;
  const consolePath = join(place.folder, 'console.log');
  return {
    async on() {
      machine = startMachine(place, consolePath);
      await waitForBoot({ ...place, consolePath, exec }, machine);
    },
    async off(how) {
      if (machine === undefined || hasEnded(machine)) return;
      // Unreferenced so far: a forgotten host must not keep its process alive.
      machine.ref();
      const ended = once(machine, 'exit');
      if (how === 'crash') await endMachine(place.id);
      // nspawn turns SIGTERM into an orderly shutdown of what it runs.
      else machine.kill('SIGTERM');
      await ended;
    },
  };
}

function hasEnded(machine: ChildProcess): boolean {
  return machine.exitCode !== null || machine.signalCode !== null;
}
