import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const wanted = new Set(['systemd', 'unified', 'memory', 'pids', 'cpu', 'cpuacct']);

/** A machine with systemd gives each host a scope of its own; elsewhere we make the groups. */
export const systemdRunsHere = () => existsSync('/run/systemd/system');

/** Creates a group of that name under each parent, and returns their paths. */
export function makeGroups(parents: readonly string[], name: string): string[] {
  return parents.map((parent) => {
    const group = join(parent, name);
    mkdirSync(group, { recursive: true });
    return group;
  });
}

/** The CPU time in milliseconds that all processes of this group have used so far. */
export function cpuMsOf(parents: readonly string[], name: string): number {
  const groups = systemdRunsHere()
    ? [`/sys/fs/cgroup/machine.slice/${name}.scope`]
    : parents.map((parent) => join(parent, name));
  for (const group of groups) {
    const [v1, v2] = ['cpuacct.usage', 'cpu.stat'].map((file) => join(group, file));
    if (v1 && existsSync(v1)) return Number(readFileSync(v1, 'utf8')) / 1e6;
    const usec = v2 && existsSync(v2) && /^usage_usec (\d+)$/mu.exec(readFileSync(v2, 'utf8'))?.[1];
    if (usec) return Number(usec) / 1e3;
  }
  throw new Error(`no control group counts the CPU time of ${name}`);
}

/** Removes the groups of that name, and tells whether none is left. */
export function removeGroups(parents: readonly string[], name: string): boolean {
  return parents.map((parent) => removeTree(join(parent, name))).every(Boolean);
}

/** False while a process in it is still dying. */
function removeTree(group: string): boolean {
  try {
    for (const entry of readdirSync(group, { withFileTypes: true })) {
      if (entry.isDirectory()) removeTree(join(group, entry.name));
    }
    rmdirSync(group);
    return true;
  } catch {
    return !existsSync(group);
  }
}

/** This process's own group in each hierarchy, so that limits set on us hold for our hosts. */
export function groupParents(): string[] {
  if (systemdRunsHere()) return [];
  const own = ownGroups();
  return mounts().flatMap(({ path, root, controllers }) => {
    const kind = controllers.find((controller) => wanted.has(controller));
    const group = kind === undefined ? undefined : own.get(kind);
    if (kind === undefined || group === undefined) return [];
    const inside = group.startsWith(root) ? group.slice(root === '/' ? 0 : root.length) : '/';
    const parent = join(path, inside);
    if (kind === 'unified') offerControllers(parent);
    return [parent];
  });
}

/** On v2 a limit works only where the parent hands the controller down; best effort. */
function offerControllers(parent: string): void {
  for (const controller of ['memory', 'pids', 'cpu']) {
    try {
      writeFileSync(join(parent, 'cgroup.subtree_control'), `+${controller}`);
    } catch {
      // Not available here, or the group has processes of its own.
    }
  }
}

function ownGroups(): Map<string, string> {
  const groups = new Map<string, string>();
  for (const line of readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n')) {
    const [id, controllers = '', ...path] = line.split(':');
    const names = id === '0' ? ['unified'] : controllers.replace('name=', '').split(',');
    for (const name of names) groups.set(name, path.join(':'));
  }
  return groups;
}

function mounts(): { path: string; root: string; controllers: string[] }[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n');
  return lines.flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '/', path = ''] = before.split(' ');
    const [type, , options = ''] = after.split(' ');
    if (type === 'cgroup2') return [{ path, root, controllers: ['unified'] }];
    if (type !== 'cgroup') return [];
    return [{ path, root, controllers: options.replace('name=', '').split(',') }];
  });
}
