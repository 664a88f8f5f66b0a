import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { attempt } from './command.ts';
import { removeGroups } from './control-groups.ts';
import { endMachine } from './machine.ts';
import { namespacesOf, unplug } from './network.ts';
import { isAlive } from './owner.ts';

const runSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{4}$/),
  subnet: z.string(),
  folder: z.string(),
  /** Where the control groups of its hosts are: a later reaper may itself be in others. */
  groupParents: z.array(z.string()),
  owner: z.object({ pid: z.int(), startedAt: z.string() }),
});

/** One process's hosts. The id names the subnet, so two runs at the same time never meet. */
export type Run = Readonly<z.infer<typeof runSchema>>;

export const records = '/run/argo-hosts';
export const recordOf = (id: string) => join(records, `${id}.json`);

/** All that a run makes bears this name: links, namespaces, machines, control groups, its folder. */
export const prefixOf = (id: string) => `argo-${id}`;

/** Takes away one host; safe to repeat. */
export async function removeHost(run: Run, name: string): Promise<void> {
  const folder = join(run.folder, name);
  await endMachine(name);
  await unmountBelow(folder);
  await unplug(name);
  await until(() => removeGroups(run.groupParents, name));
  rmSync(folder, { recursive: true, force: true });
}

/** Leaves nothing of a run behind; safe to repeat, and from any process. */
export async function closeRun(run: Run): Promise<void> {
  const prefix = prefixOf(run.id);
  for (const name of await namespacesOf(prefix)) await removeHost(run, name);
  await attempt('ip', ['link', 'delete', prefix]);
  if (basename(run.folder).startsWith(prefix)) {
    rmSync(run.folder, { recursive: true, force: true });
  }
  rmSync(recordOf(run.id), { force: true });
}

/** Cleans up after runs whose owner died together with its guard (a power cut, an OOM kill). */
export async function reap(): Promise<string[]> {
  const dead = recordedRuns().filter((run) => !isAlive(run.owner));
  for (const run of dead) await closeRun(run);
  return dead.map((run) => run.id);
}

function recordedRuns(): Run[] {
  return namesIn(records).flatMap((name) => readRun(name.replace('.json', '')) ?? []);
}

function readRun(id: string): Run | undefined {
  try {
    return runSchema.parse(JSON.parse(readFileSync(recordOf(id), 'utf8')));
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function unmountBelow(folder: string): Promise<void> {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`))
    // What was mounted last may lie inside what was mounted before.
    .toReversed();
  for (const path of mounts) await until(() => attempt('umount', [path]));
}

/** What was just killed may hold a mount or a group for an instant. */
async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 250 && !(await done()); tries += 1) await pause(20);
}

/** Waits until the owner's end of the pipe closes, then cleans up unless the owner did. */
async function guard(id: string): Promise<void> {
  for await (const _ of process.stdin);
  // A command that the owner had begun may still be making something.
  await pause(100);
  const run = readRun(id);
  if (run !== undefined) await closeRun(run);
}

if (import.meta.main) {
  const [flag, id] = process.argv.slice(2);
  if (flag === '--guard' && id !== undefined) await guard(id);
  else console.log(`Cleaned up: ${(await reap()).join(', ') || 'nothing was left'}`);
}
