import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuMsOf } from './control-groups.ts';
import { hostImage } from './image.ts';
import type { Place } from './machine.ts';
import { plugIn, setLink } from './network.ts';
import { mountRoot, personalize } from './overlay.ts';
import { powerOf } from './power.ts';
import { prefixOf, reap, removeHost } from './reap.ts';
import type { Run } from './reap.ts';
import { remoteShell } from './remote-shell.ts';
import type { ShellResult } from './remote-shell.ts';
import { botKeyPathOf, joinRun, keyPathOf, leaveRun } from './run.ts';

export interface TestHost {
  readonly name: string;
  readonly address: string;
  readonly port: 22;
  /** Lines for known_hosts. */
  readonly hostKeys: readonly string[];
  readonly knownHostsPath: string;
  readonly privateKey: string;
  readonly privateKeyPath: string;
  /** The bot's; the host knows it once it is set up. */
  readonly botKeyPath: string;
  /** What users of the service see: nginx on port 80. */
  readonly publicUrl: string;
  exec(script: string, user?: 'root' | 'deploy'): Promise<ShellResult>;
  /** The CPU time that all its processes have used so far. */
  cpuMs(): number;
  cutLink(): Promise<void>;
  restoreLink(): Promise<void>;
  /** `crash` is a power cut; the disk survives either way. */
  reboot(how?: 'orderly' | 'crash'): Promise<void>;
  stop(): Promise<void>;
}

export interface HostOptions {
  /** The hostname inside. */
  readonly name?: string;
  /** Path of a root filesystem; by default the one of image.ts. */
  readonly image?: string;
}

const mostHosts = 252;
const taken = new Set<number>();
let latest = 0;
let reaped: Promise<unknown> | undefined;

export async function bootHost(options: HostOptions = {}): Promise<TestHost> {
  reaped ??= reap();
  await reaped;
  const image = options.image ?? (await hostImage());
  const run = await joinRun();
  const number = takeNumber();
  const place = placeOf(run, number, options.name ?? `host-${number}`);
  const leave = async () => {
    await removeHost(run, place.id);
    taken.delete(number);
    await leaveRun(run);
  };
  try {
    return await assemble(run, place, image, leave);
  } catch (error) {
    await leave();
    throw error;
  }
}

export async function bootHosts(count: number, options: HostOptions = {}): Promise<TestHost[]> {
  const starts = Array.from({ length: count }, (_, index) =>
    bootHost({ ...options, name: `${options.name ?? 'host'}-${index + 1}` }),
  );
  const results = await Promise.allSettled(starts);
  const hosts = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure === undefined) return hosts;
  await Promise.all(hosts.map((host) => host.stop()));
  throw failure.reason;
}

/** Not the lowest free one: neighbours would look for the new host where the old one was. */
function takeNumber(): number {
  if (taken.size === mostHosts) throw new Error(`No more than ${mostHosts} hosts at a time`);
  do latest = (latest % mostHosts) + 1;
  while (taken.has(latest));
  taken.add(latest);
  return latest;
}

function placeOf(run: Run, number: number, name: string): Place {
  const id = `${prefixOf(run.id)}-${number}`;
  const folder = join(run.folder, id);
  // .1 is the bridge.
  const address = `${run.subnet}.${number + 1}`;
  return { id, name, address, folder, root: join(folder, 'root'), groupParents: run.groupParents };
}

async function assemble(
  run: Run,
  place: Place,
  image: string,
  leave: () => Promise<void>,
): Promise<TestHost> {
  const { id, name, address, folder } = place;
  await mountRoot(image, folder);
  await plugIn(id, prefixOf(run.id), address);
  const privateKeyPath = keyPathOf(run);
  const key = readFileSync(`${privateKeyPath}.pub`, 'utf8');
  const hostKeys = await personalize(place.root, { name, address, key });
  const knownHostsPath = join(folder, 'known_hosts');
  writeFileSync(knownHostsPath, `${hostKeys.join('\n')}\n`);
  const target = { address, privateKeyPath, knownHostsPath };
  const exec: TestHost['exec'] = (script, user = 'root') => remoteShell(target, script, user);
  const power = powerOf(place, exec);
  await power.on();
  return {
    name,
    address,
    port: 22,
    publicUrl: `http://${address}`,
    hostKeys,
    knownHostsPath,
    privateKeyPath,
    botKeyPath: botKeyPathOf(run),
    exec,
    privateKey: readFileSync(privateKeyPath, 'utf8'),
    cpuMs: () => cpuMsOf(place.groupParents, id),
    cutLink: () => setLink(id, 'down'),
    restoreLink: () => setLink(id, 'up'),
    async reboot(how = 'orderly') {
      await power.off(how);
      await power.on();
    },
    stop: once(() => power.off('crash').then(leave)),
  };
}

/** Stopping twice is the habit of tests that clean up in two places. */
function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= act());
}
