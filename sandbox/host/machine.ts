import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { openSync, closeSync, readFileSync, readdirSync } from 'node:fs';
import { attempt, command } from './command.ts';
import { makeGroups, systemdRunsHere } from './control-groups.ts';
import { initPath } from './image-recipe.ts';

/** Where a host stands. The id is that of its namespace, link, machine, groups and folder. */
export interface Place {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly folder: string;
  readonly root: string;
  readonly groupParents: readonly string[];
}

/** Joins its control groups before it becomes systemd-nspawn: two machines must not share one. */
const launcher =
  'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 1; shift; done; shift; exec "$@"';

/** Starts the machine in its network namespace; its console goes to a file. */
export function startMachine(place: Place, consolePath: string): ChildProcess {
  const { id, root } = place;
  const nspawn = [
    'systemd-nspawn',
    '--quiet',
    '--settings=no',
    '--register=no',
    '--console=pipe',
    '--link-journal=no',
    '--timezone=off',
    '--resolv-conf=off',
    '--kill-signal=SIGRTMIN+3',
    `--directory=${root}`,
    `--machine=${id}`,
    `--network-namespace-path=/run/netns/${id}`,
  ];
  if (!systemdRunsHere()) nspawn.push('--keep-unit');
  const words = [...makeGroups(place.groupParents, id), '--', ...nspawn, initPath];
  const output = openSync(consolePath, 'a');
  const child = spawn('sh', ['-c', launcher, 'sh', ...words], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.unref();
  return child;
}

/** Ends all of a machine at once, as a power cut would. */
export async function endMachine(name: string): Promise<void> {
  const inside = await command('ip', ['netns', 'pids', name]).catch(() => '');
  for (const pid of [...supervisorsOf(name), ...inside.split('\n').filter(Boolean)]) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // Its parent's end took it along.
    }
  }
  // The next start needs the scope's name, which systemd frees a moment after the last process.
  if (systemdRunsHere()) await attempt('systemctl', ['stop', `${name}.scope`]);
}

function supervisorsOf(name: string): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && supervises(pid, name));
}

function supervises(pid: string, name: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.includes('systemd-nspawn') && words.includes(`--machine=${name}`);
  } catch {
    return false;
  }
}
