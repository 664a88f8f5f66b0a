// Limits the memory and processes of a team command as a whole, by control groups of the kernel.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MOST_PROCESSES } from './command-line.ts';

const TOP = '/sys/fs/cgroup';

/**
 * Creates the control groups. If this user may not create them, returns none, and only the limits of each process
 * apply. A process joins by writing its pid into each file of `joins`. Call `remove` after the last process has ended.
 */
export function makeControlGroup(name: string, memoryMb: number) {
  const made: string[] = [];
  const remove = (): void => {
    for (const folder of made) {
      try {
        rmdirSync(folder);
      } catch {
        // The folder of the group stays, and the next command with this name uses it again.
      }
    }
  };
  try {
    for (const { folder, limits } of foldersFor(name, memoryMb * 1024 * 1024)) {
      mkdirSync(folder, { recursive: true });
      made.push(folder);
      for (const [file, value] of Object.entries(limits)) {
        writeFileSync(path.join(folder, file), value, { flag: 'r+' });
      }
    }
    return { joins: made.map((folder) => path.join(folder, 'cgroup.procs')), remove };
  } catch {
    remove();
    return { joins: [], remove: () => {} };
  }
}

function foldersFor(
  name: string,
  bytes: number,
): { folder: string; limits: Record<string, string> }[] {
  const pids = { 'pids.max': String(MOST_PROCESSES) };
  // Version 2 of control groups has this file. Version 1 has a folder for each controller instead.
  if (existsSync(path.join(TOP, 'cgroup.controllers'))) {
    const on = readFileSync(path.join(TOP, 'cgroup.subtree_control'), 'utf8').split(/\s+/);
    if (!on.includes('memory') || !on.includes('pids')) return [];
    const limits = { 'memory.max': String(bytes), 'memory.oom.group': '1', ...pids };
    return [{ folder: path.join(TOP, name), limits }];
  }
  const byController = { memory: { 'memory.limit_in_bytes': String(bytes) }, pids };
  return Object.entries(byController).flatMap(([controller, limits]) =>
    existsSync(path.join(TOP, controller))
      ? [{ folder: path.join(TOP, controller, name), limits }]
      : [],
  );
}
