// Keeps a bare mirror of each repository: fetches it, waits for git's locks, and renews a damaged one.
import { hash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { StageFailed } from '../../deploy/record/errors.ts';
import { isRepositoryAddress } from '../../deploy/untrusted/git-names.ts';
import { separateCredentials } from './git-credentials.ts';
import { git, type GitAnswer, type Repository, withoutCredentials } from './git.ts';
import { repositoryAdvice } from './repository-advice.ts';

interface Mirror extends Repository {
  address: string;
}

/** A mirror; or, without an address, a person's clone, which the bot never fetches. */
type MirrorOrClone = Repository & Partial<Mirror>;

const FETCH_LIMIT_MS = 5 * 60_000;
const FRESH_MS = 3_000;

/** The path of a mirror. Two spellings of one address become two mirrors, which only costs disk space. */
export function mirrorOf(dataDirectory: string, address: string): string {
  const name = hash('sha256', address).slice(0, 16);
  return path.join(dataDirectory, 'mirrors', `${name}.git`);
}

/** The git directory of the bare mirror. Creates an empty one if there is none. */
export async function openMirror(dataDirectory: string, address: string): Promise<string> {
  if (!isRepositoryAddress(address)) {
    throw new StageFailed('git cannot use the repository address in argo.yml.', {
      code: 'unsafe-source',
      next: 'set `git:` in argo.yml to https://host/owner/name.git, git@host:owner/name.git or an absolute path, and restart argo-bot.',
    });
  }
  const mirror = mirrorOf(dataDirectory, address);
  const folder = path.dirname(mirror);
  // The folder above may be open to other users, who must not read the code. Older versions made an open `folder`, too.
  await mkdir(folder, { recursive: true });
  // Only the owner of `folder` may change its mode. If another user runs the doctor, the mode stays.
  await chmod(folder, 0o700).catch(() => {});
  if ((await stat(mirror).catch(() => undefined)) !== undefined) return mirror;
  const making = await initMirror(mirror, address);
  // If another worker created the mirror first, use that one.
  await rename(making, mirror).catch(() => rm(making, { recursive: true, force: true }));
  return mirror;
}

async function initMirror(mirror: string, address: string): Promise<string> {
  const making = `${mirror}.making-${randomBytes(6).toString('hex')}`;
  const made = await git(['init', '--quiet', '--bare', '--template=', making]);
  if (!made.ok) throw unreachable(address, made);
  return making;
}

/** The last fetch of each mirror; the next fetch in this process waits for it. Git's locks keep other processes out. */
const fetching = new Map<string, Promise<unknown>>();

/** When the last fetch of all refs of each mirror began, in milliseconds of `performance.now()`. */
const fetchedAt = new Map<string, number>();

/** Whether this process fetched all refs of the mirror within the last 3 seconds. */
export function isFresh(mirror: string): boolean {
  const at = fetchedAt.get(mirror);
  return at !== undefined && performance.now() - at < FRESH_MS;
}

/** Fetches all branches and tags, and prunes deleted ones; with `extra`, fetches only that commit. */
export async function fetchMirror(mirror: MirrorOrClone, extra?: string): Promise<void> {
  const { gitDirectory, address } = mirror;
  if (address === undefined) return;
  const previous = fetching.get(gitDirectory) ?? Promise.resolve();
  const startedAt = performance.now();
  const current = previous.catch(() => {}).then(() => fetchNow({ ...mirror, address }, extra));
  fetching.set(gitDirectory, current);
  await current.finally(() => {
    if (fetching.get(gitDirectory) === current) fetching.delete(gitDirectory);
  });
  if (extra === undefined) fetchedAt.set(gitDirectory, startedAt);
  maintainLater(gitDirectory);
}

/** The time from a mirror's last fetch to `git maintenance`, which may take minutes and must not delay deployments. */
const QUIET_MS = 60_000;

const maintaining = new Map<string, NodeJS.Timeout>();

function maintainLater(gitDirectory: string): void {
  clearTimeout(maintaining.get(gitDirectory));
  const timer = setTimeout(() => {
    maintaining.delete(gitDirectory);
    // A failure is harmless: the mirror stays as it is, and its next fetch tries again.
    const args = ['maintenance', 'run', '--auto', '--quiet'];
    git(args, { gitDirectory, timeoutMs: FETCH_LIMIT_MS }).catch(() => undefined);
  }, QUIET_MS);
  maintaining.set(gitDirectory, timer.unref());
}

async function fetchNow(mirror: Mirror, extra?: string): Promise<void> {
  const fetchOnce = () => fetchInto(mirror, extra);
  let fetched = await fetchOnce();
  // Another worker may hold git's ref locks, or may have died while it held them. Wait, then try once more.
  if (!fetched.ok && (await waitForLocks(mirror))) fetched = await fetchOnce();
  if (!fetched.ok && DAMAGED.test(fetched.stderr)) {
    await renewMirror(mirror);
    if (extra === undefined) return;
    fetched = await fetchOnce();
  }
  if (!fetched.ok) throw unreachable(mirror.address, fetched);
}

function fetchInto({ gitDirectory, address, signal }: Mirror, extra?: string): Promise<GitAnswer> {
  const all = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  // Without --update-shallow, git skips the refs of a shallow clone and reports success.
  const wanted = ['--update-shallow', '--no-tags', ...(extra === undefined ? ['--prune'] : [])];
  const specs = extra === undefined ? all : [extra];
  const args = ['fetch', '--quiet', '--force', '--no-write-fetch-head', ...wanted];
  const { address: shown, env } = separateCredentials(address);
  return git([...args, '--end-of-options', shown, ...specs], {
    gitDirectory,
    env,
    signal,
    timeoutMs: FETCH_LIMIT_MS,
  });
}

/** Git's messages about damaged files of a repository, for example after a power cut or a full disk. */
const DAMAGED =
  /not a git repository: |did not send all necessary objects|bad object |bad (?:signature|config)|(?:loose object|object file|packed object|packfile|index file) \S+.*(?:corrupt|is empty|does not match|cannot be accessed|is too small|truncated)|inflate: |unable to (?:read|unpack) |invalid (?:object|sha1 pointer)|missing (?:blob|tree|commit)/i;

/** The running renewal of each damaged mirror. All reads that find the same damage wait for it. */
const renewing = new Map<string, Promise<void>>();

async function renewMirror(mirror: Mirror): Promise<void> {
  const { gitDirectory } = mirror;
  const running = renewing.get(gitDirectory) ?? renewNow(mirror);
  renewing.set(gitDirectory, running);
  await running.finally(() => renewing.delete(gitDirectory));
}

/** Fetches a new mirror beside the damaged one, and replaces it when the fetch is complete. */
async function renewNow({ gitDirectory, address, signal }: Mirror): Promise<void> {
  const making = await initMirror(gitDirectory, address);
  try {
    const fetched = await fetchInto({ gitDirectory: making, address, signal });
    if (!fetched.ok) throw unreachable(address, fetched);
    const broken = `${gitDirectory}.broken-${randomBytes(6).toString('hex')}`;
    // Ignore a failed rename: somebody may have deleted the damaged mirror.
    await rename(gitDirectory, broken).catch(() => undefined);
    await rename(making, gitDirectory);
    await rm(broken, { recursive: true, force: true });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** Calls `read`. If that fails because the mirror is damaged, fetches a new mirror and calls `read` once more. */
export async function renewIfDamaged<T>(mirror: MirrorOrClone, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const damaged = error instanceof StageFailed && DAMAGED.test(error.message);
    const { address } = mirror;
    if (!damaged || address === undefined) throw error;
    await renewMirror({ ...mirror, address });
    return read();
  }
}

/** Waits up to 5 s while git's lock files exist, and removes those older than any fetch. True if there were locks. */
async function waitForLocks(mirror: Mirror): Promise<boolean> {
  let seen = false;
  for (let tries = 0; tries < 50 && mirror.signal?.aborted !== true; tries++) {
    // A folder that is gone has no locks; the caller then renews the mirror.
    const names = await readdir(mirror.gitDirectory, { recursive: true }).catch(() => []);
    const locks = names.filter((name) => name.endsWith('.lock'));
    if (locks.length === 0) return seen;
    seen = true;
    await Promise.all(locks.map((name) => removeIfStale(path.join(mirror.gitDirectory, name))));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return seen;
}

async function removeIfStale(lock: string): Promise<void> {
  const found = await stat(lock).catch(() => undefined);
  if (found === undefined || Date.now() - found.mtimeMs < FETCH_LIMIT_MS + 60_000) return;
  await rm(lock, { force: true });
}

/** Git adds this text to every failed fetch, whatever the cause. */
const NO_CAUSE = /\n(?:fatal: )?Could not read from remote repository\.[^]*$/;

function unreachable(address: string, { why, stderr }: GitAnswer): StageFailed {
  const shown = withoutCredentials(address);
  const cause = why.replace(/^fatal: /, '').replace(NO_CAUSE, '');
  return new StageFailed(`argo-bot could not fetch from ${shown}. git says: ${cause}`, {
    code: 'source-unreachable',
    next: `${repositoryAdvice(shown, stderr)} Then try again.`,
  });
}
