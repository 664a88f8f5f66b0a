// Prepares a checkout ahead of time, and turns it into the next commit's checkout.
import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { Interrupted, StageFailed } from '../../deploy/record/errors.ts';
import { makePlainGit, plainGit } from '../git/plain-git.ts';

/** A folder in which a checkout is made: `files`, and the git directory `plain`. */
export interface UnfinishedCheckout {
  folder: string;
  files: string;
  plain: string;
}

export interface Repository {
  gitDirectory: string;
  /** The folder of this repository's checkouts. */
  checkouts: string;
  signal: AbortSignal;
}

/** Prefix of unfinished checkouts, so that those of a dead worker can be deleted. */
export const MAKING = '.making-';
/** The name of the spare checkout. */
export const SPARE = '.spare';

export async function createUnfinished(repository: Repository): Promise<UnfinishedCheckout> {
  const making = unfinishedIn(repository.checkouts);
  await mkdir(making.files, { recursive: true });
  await makePlainGit(making.plain, repository).catch(async (error: unknown) => {
    await rm(making.folder, { recursive: true, force: true });
    throw error;
  });
  return making;
}

function unfinishedIn(checkouts: string): UnfinishedCheckout {
  const folder = path.join(checkouts, `${MAKING}${randomBytes(6).toString('hex')}`);
  return { folder, files: path.join(folder, 'files'), plain: path.join(folder, 'git') };
}

/** Writes all files of the commit into an empty folder. Fails with `checkout-failed`. */
export async function writeCommit(
  making: UnfinishedCheckout,
  sha: string,
  repository: Repository,
): Promise<void> {
  const read = await within(making, repository, ['read-tree', sha]);
  const written = read.ok ? await writeFiles(making, repository) : read;
  if (written.ok) return;
  throw new StageFailed(`Writing the files of ${sha.slice(0, 12)} failed: ${written.why}`, {
    code: 'checkout-failed',
    next: `Check the free space of ${repository.checkouts} (df -h, df -i), then deploy again. Nothing has changed on any host.`,
  });
}

/**
 * Makes the spare checkout while no deployment waits. Creating thousands of files is the slowest part of a checkout,
 * and commits differ in few files.
 */
export async function makeSpare(sha: string, repository: Repository): Promise<void> {
  const { checkouts } = repository;
  const made = beingMade.get(checkouts) ?? makeOne(sha, repository);
  beingMade.set(checkouts, made);
  await made.finally(() => beingMade.delete(checkouts));
}

/** Spares that this process is making now, by their folder. Waiting for one is faster than starting another. */
const beingMade = new Map<string, Promise<void>>();

async function makeOne(sha: string, repository: Repository): Promise<void> {
  const spare = path.join(repository.checkouts, SPARE);
  if ((await stat(spare).catch(() => undefined)) !== undefined) return;
  const making = await createUnfinished(repository);
  try {
    await writeCommit(making, sha, repository);
    // If another worker made a spare first, use that one.
    await rename(making.folder, spare).catch(() => undefined);
  } finally {
    await rm(making.folder, { recursive: true, force: true });
  }
}

export interface SpareRequest extends Repository {
  /** How long to wait for a spare that is being made. */
  waitMs?: number;
}

/** A quarter of the stage's time limit. A spare that takes longer has a slow disk. */
const SPARE_WAIT_MS = 30_000;

/** The spare, changed to this commit; undefined if there is none or if git could not change it. */
export async function takeSpare(
  sha: string,
  repository: SpareRequest,
): Promise<UnfinishedCheckout | undefined> {
  await waitForSpare(repository);
  const making = unfinishedIn(repository.checkouts);
  // Only one worker can rename it.
  const taken = await rename(path.join(repository.checkouts, SPARE), making.folder).then(
    () => true,
    () => false,
  );
  if (!taken) return undefined;
  // Pruning goes by these times, and the spare may be weeks old.
  const now = new Date();
  await utimes(making.folder, now, now);
  await utimes(making.files, now, now);
  try {
    if (await switchTo(making, sha, repository)) return making;
  } catch (error) {
    await rm(making.folder, { recursive: true, force: true });
    throw error;
  }
  await rm(making.folder, { recursive: true, force: true });
  return undefined;
}

/** After `waitMs` the caller makes its own checkout. */
async function waitForSpare({
  checkouts,
  signal,
  waitMs = SPARE_WAIT_MS,
}: SpareRequest): Promise<void> {
  const made = beingMade.get(checkouts);
  if (made === undefined) return;
  const enough = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
  const { promise, resolve } = Promise.withResolvers<void>();
  const give = (): void => resolve();
  enough.addEventListener('abort', give, { once: true });
  if (enough.aborted) give();
  await Promise.race([made.catch(() => undefined), promise]);
  enough.removeEventListener('abort', give);
  if (signal.aborted) throw new Interrupted('the wait for a spare checkout was stopped');
}

async function switchTo(
  making: UnfinishedCheckout,
  sha: string,
  repository: Repository,
): Promise<boolean> {
  const moved = await within(making, repository, ['read-tree', '--reset', '-u', sha]);
  // Rewrites files that somebody changed in the spare.
  return moved.ok && (await writeFiles(making, repository)).ok;
}

const writeFiles = (making: UnfinishedCheckout, repository: Repository) =>
  within(making, repository, ['checkout-index', '--all', '--force', '--index', '--quiet']);

const within = (
  { plain, files }: UnfinishedCheckout,
  repository: Repository,
  args: readonly string[],
) => plainGit(plain, repository, args, files);
