import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { Interrupted, StageFailed } from '../../deploy/record/errors.ts';
import { makePlainGit, plainGit } from '../git/plain-git.ts';

/** A folder in which a checkout is made: its files, and what git needs to write exactly the bytes of a commit. */
export interface Making {
  folder: string;
  files: string;
  plain: string;
}

export interface Repository {
  gitDirectory: string;
  /** Where this repository's checkouts lie. */
  checkouts: string;
  signal: AbortSignal;
}

/** What is left of one whose worker died is found by this beginning. */
export const MAKING = '.making-';
/** One checkout that nobody uses, waiting to become the next commit's. */
export const SPARE = '.spare';

export async function beginMaking(repository: Repository): Promise<Making> {
  const making = makingIn(repository.checkouts);
  await mkdir(making.files, { recursive: true });
  await makePlainGit(making.plain, repository).catch(async (error: unknown) => {
    await rm(making.folder, { recursive: true, force: true });
    throw error;
  });
  return making;
}

function makingIn(checkouts: string): Making {
  const folder = path.join(checkouts, `${MAKING}${randomBytes(6).toString('hex')}`);
  return { folder, files: path.join(folder, 'files'), plain: path.join(folder, 'git') };
}

/** All files of the commit, into an empty folder. */
export async function fill(making: Making, sha: string, repository: Repository): Promise<void> {
  const read = await within(making, repository, ['read-tree', sha]);
  const written = read.ok ? await writeFiles(making, repository) : read;
  if (written.ok) return;
  throw new StageFailed(`Writing the files of ${sha.slice(0, 12)} failed: ${written.why}`, {
    code: 'checkout-failed',
    next: `Check the free space of ${repository.checkouts} (df -h, df -i), then deploy again. Nothing has changed on any host.`,
  });
}

/**
 * Keeps a checkout for the next commit, made while nobody waits: to create thousands of files takes the
 * bot most of its time at the source, and commits differ in few of them.
 */
export async function makeSpare(sha: string, repository: Repository): Promise<void> {
  const { checkouts } = repository;
  const made = beingMade.get(checkouts) ?? makeOne(sha, repository);
  beingMade.set(checkouts, made);
  await made.finally(() => beingMade.delete(checkouts));
}

/** By where they lie. Who wants a spare that this process has begun waits: that is shorter than a second beginning. */
const beingMade = new Map<string, Promise<void>>();

async function makeOne(sha: string, repository: Repository): Promise<void> {
  const spare = path.join(repository.checkouts, SPARE);
  if ((await stat(spare).catch(() => undefined)) !== undefined) return;
  const making = await beginMaking(repository);
  try {
    await fill(making, sha, repository);
    // Another worker may have been faster; its spare is as good as ours.
    await rename(making.folder, spare).catch(() => undefined);
  } finally {
    await rm(making.folder, { recursive: true, force: true });
  }
}

export interface Taker extends Repository {
  /** How long a spare that is being made is waited for. */
  patienceMs?: number;
}

/** A quarter of what the stage may take; a checkout that needs longer is one where the disk is the trouble. */
const PATIENCE_MS = 30_000;

/** The spare, made into this commit; undefined when there is none, or none that is certain to be the same as a new one. */
export async function takeSpare(sha: string, repository: Taker): Promise<Making | undefined> {
  await untilMade(repository);
  const making = makingIn(repository.checkouts);
  // Whoever renames it has it alone.
  const taken = await rename(path.join(repository.checkouts, SPARE), making.folder).then(
    () => true,
    () => false,
  );
  if (!taken) return undefined;
  // Pruning goes by these times, and the spare may have waited for weeks.
  const now = new Date();
  await utimes(making.folder, now, now);
  await utimes(making.files, now, now);
  try {
    if (await turnInto(making, sha, repository)) return making;
  } catch (error) {
    await rm(making.folder, { recursive: true, force: true });
    throw error;
  }
  await rm(making.folder, { recursive: true, force: true });
  return undefined;
}

/** No longer than who waits has time for: after that it makes a checkout of its own, beside the other. */
async function untilMade({ checkouts, signal, patienceMs = PATIENCE_MS }: Taker): Promise<void> {
  const made = beingMade.get(checkouts);
  if (made === undefined) return;
  const enough = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const { promise, resolve } = Promise.withResolvers<void>();
  const give = (): void => resolve();
  enough.addEventListener('abort', give, { once: true });
  if (enough.aborted) give();
  await Promise.race([made.catch(() => undefined), promise]);
  enough.removeEventListener('abort', give);
  if (signal.aborted) throw new Interrupted('the wait for a spare checkout was stopped');
}

async function turnInto(making: Making, sha: string, repository: Repository): Promise<boolean> {
  const moved = await within(making, repository, ['read-tree', '--reset', '-u', sha]);
  // Writes what is not as the index says, should anyone have been there.
  return moved.ok && (await writeFiles(making, repository)).ok;
}

const writeFiles = (making: Making, repository: Repository) =>
  within(making, repository, ['checkout-index', '--all', '--force', '--index', '--quiet']);

const within = ({ plain, files }: Making, repository: Repository, args: readonly string[]) =>
  plainGit(plain, repository, args, files);
