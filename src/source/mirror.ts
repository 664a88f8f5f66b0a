import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { StageFailed } from '../deploy/errors.ts';
import { isRepositoryAddress } from '../deploy/git-names.ts';
import { addressed } from './git-credentials.ts';
import { git, withoutCredentials } from './git.ts';
import { howToReach } from './how-to-reach.ts';

const FETCH_LIMIT_MS = 5 * 60_000;

/** Short and stable: two spellings of one address are two mirrors, which costs disk, not safety. */
export function repositoryName(address: string): string {
  return createHash('sha256').update(address).digest('hex').slice(0, 16);
}

/** The bare mirror's directory, made empty when there is none. */
export async function openMirror(dataDirectory: string, address: string): Promise<string> {
  if (!isRepositoryAddress(address)) {
    throw new StageFailed('The repository address in argo.yml is not one git may be given.', {
      code: 'unsafe-source',
      next: 'Set `git:` to https://host/owner/name.git, git@host:owner/name.git or an absolute path.',
    });
  }
  const mirrors = path.join(dataDirectory, 'mirrors');
  const mirror = path.join(mirrors, `${repositoryName(address)}.git`);
  if ((await stat(mirror).catch(() => undefined)) !== undefined) return mirror;
  await mkdir(mirrors, { recursive: true });
  const making = `${mirror}.making-${randomBytes(6).toString('hex')}`;
  const made = await git(['init', '--quiet', '--bare', '--template=', making]);
  if (!made.ok) throw unreachable(address, made.why);
  // Another worker may have been faster; its mirror is as good as ours.
  await rename(making, mirror).catch(() => rm(making, { recursive: true, force: true }));
  return mirror;
}

/** One fetch a mirror at a time in this process; other processes are met by git's own locks. */
const fetching = new Map<string, Promise<unknown>>();

/** Brings every branch and tag, moved and deleted ones too; `extra` is a commit on no branch. */
export async function fetchMirror(
  mirror: string,
  address: string,
  signal: AbortSignal,
  extra?: string,
): Promise<void> {
  const before = fetching.get(mirror) ?? Promise.resolve();
  const turn = before.catch(() => {}).then(() => fetchNow(mirror, address, signal, extra));
  fetching.set(mirror, turn);
  await turn.finally(() => {
    if (fetching.get(mirror) === turn) fetching.delete(mirror);
  });
}

async function fetchNow(
  mirror: string,
  address: string,
  signal: AbortSignal,
  extra: string | undefined,
): Promise<void> {
  const all = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  const wanted = extra === undefined ? ['--prune', '--no-tags'] : ['--no-tags'];
  const specs = extra === undefined ? all : [extra];
  const args = ['fetch', '--quiet', '--force', '--no-write-fetch-head', ...wanted];
  const { address: shown, env } = addressed(address);
  const fetchOnce = () =>
    git([...args, '--end-of-options', shown, ...specs], {
      gitDirectory: mirror,
      env,
      signal,
      timeoutMs: FETCH_LIMIT_MS,
    });
  let fetched = await fetchOnce();
  // Another worker may hold git's ref locks, or have died with them: the second try meets neither.
  if (!fetched.ok && (await waitForLocks(mirror, signal))) fetched = await fetchOnce();
  if (!fetched.ok) throw unreachable(address, fetched.why);
}

/** Waits while lock files exist and removes those older than any fetch may last; false if none. */
async function waitForLocks(mirror: string, signal: AbortSignal): Promise<boolean> {
  let seen = false;
  for (let tries = 0; tries < 50 && !signal.aborted; tries++) {
    const names = await readdir(mirror, { recursive: true });
    const locks = names.filter((name) => name.endsWith('.lock'));
    if (locks.length === 0) return seen;
    seen = true;
    await Promise.all(locks.map((name) => removeIfStale(path.join(mirror, name))));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return seen;
}

async function removeIfStale(lock: string): Promise<void> {
  const found = await stat(lock).catch(() => undefined);
  if (found === undefined || Date.now() - found.mtimeMs < FETCH_LIMIT_MS + 60_000) return;
  await rm(lock, { force: true });
}

function unreachable(address: string, why: string): StageFailed {
  const shown = withoutCredentials(address);
  return new StageFailed(`Fetching from ${shown} failed: ${why}`, {
    code: 'source-unreachable',
    next: `${howToReach(shown, why)} Then deploy again; nothing has changed on any host.`,
  });
}
