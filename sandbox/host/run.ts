import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groupParents } from './control-groups.ts';
import { makeBridge, routedSubnets, subnets } from './network.ts';
import { makeKey } from './overlay.ts';
import { currentOwner } from './owner.ts';
import { closeRun, prefixOf, recordOf, records } from './reap.ts';
import type { Run } from './reap.ts';

let current: Promise<Run> | undefined;
let users = 0;
const guards = new Map<string, () => void>();

/** All hosts of this process share one run: one bridge, one key, one folder. */
export async function joinRun(): Promise<Run> {
  users += 1;
  current ??= open();
  try {
    return await current;
  } catch (error) {
    users -= 1;
    current = undefined;
    throw error;
  }
}

/** The last to leave takes the bridge, the folder and the record along. */
export async function leaveRun(run: Run): Promise<void> {
  users -= 1;
  if (users > 0) return;
  current = undefined;
  await closeRun(run);
  guards.get(run.id)?.();
  guards.delete(run.id);
}

async function open(): Promise<Run> {
  const run = await claimSubnet();
  guard(run);
  try {
    await makeBridge(prefixOf(run.id), run.subnet);
    await makeKey(keyPathOf(run), 'ed25519');
    await makeKey(botKeyPathOf(run), 'ed25519');
    return run;
  } catch (error) {
    await closeRun(run);
    throw error;
  }
}

/** The private key that all hosts of the run let in; ssh-keygen makes it 0600. */
export const keyPathOf = (run: Run) => join(run.folder, 'id_ed25519');

/** The bot's own, which no host lets in before it is set up. */
export const botKeyPathOf = (run: Run) => join(run.folder, 'bot_ed25519');

async function claimSubnet(): Promise<Run> {
  mkdirSync(records, { recursive: true, mode: 0o700 });
  const routed = await routedSubnets();
  const start = Math.floor(Math.random() * 512);
  for (const subnet of [...subnets.slice(start), ...subnets.slice(0, start)]) {
    if (routed(subnet)) continue;
    const run = claim(subnet);
    if (run !== undefined) return run;
  }
  throw new Error('Every subnet for test hosts is taken. Next: node sandbox/host/reap.ts');
}

/** Creating the record is the claim: the id is the subnet, and only one can create it. */
function claim(subnet: string): Run | undefined {
  const [, second, third] = subnet.split('.');
  const id = [second, third].map((part) => Number(part).toString(16).padStart(2, '0')).join('');
  const folder = mkdtempSync(join(tmpdir(), `${prefixOf(id)}-`));
  const run = { id, subnet, folder, groupParents: groupParents(), owner: currentOwner() };
  try {
    writeFileSync(recordOf(id), JSON.stringify(run), { flag: 'wx' });
    return run;
  } catch (error) {
    rmdirSync(folder);
    if (existsSync(recordOf(id))) return undefined;
    throw error;
  }
}

/**
 * A process of its own cleans up when ours ends in whatever way, SIGKILL included: it sees the
 * pipe close. No signal handlers, so whoever uses hosts keeps their own.
 */
function guard(run: Run): void {
  const reaper = join(import.meta.dirname, 'reap.ts');
  const child = spawn(process.execPath, [reaper, '--guard', run.id], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  // A pipe is a socket to Node, whose types know it only as a stream.
  if (child.stdin instanceof Socket) child.stdin.unref();
  guards.set(run.id, () => child.stdin.end());
}
