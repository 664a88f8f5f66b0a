// Writes the files of a commit to a checkout folder once, and deletes old checkouts.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Entry, parseEntries } from './commit-entries.ts';
import {
  createUnfinished,
  writeCommit,
  MAKING,
  SPARE,
  type SpareRequest,
  takeSpare,
} from './spare-checkout.ts';

const KEPT = 5;
const HOUR = 60 * 60_000;

export interface ExportOptions extends SpareRequest {
  sha: string;
  /** All entries of the commit, in the form of `listEntries`. */
  list: string;
}

/**
 * Returns `<checkouts>/<sha>`. It does not use `git archive`, which obeys export-ignore in .gitattributes, or
 * `git worktree`, which writes into the repository.
 */
export async function exportCommit(options: ExportOptions): Promise<string> {
  const { checkouts, sha, list: committed } = options;
  const kept = await existingCheckout(checkouts, sha);
  if (kept !== undefined) return kept;
  const done = path.join(checkouts, sha);
  await mkdir(checkouts, { recursive: true });
  if ((await listOf(done)) !== undefined && !(await readCommitted(done))) await dropCheckout(done);
  const spare = await takeSpare(sha, options);
  const making = spare ?? (await createUnfinished(options));
  try {
    if (spare === undefined) await writeCommit(making, sha, options);
    // Discovery accepts only these paths with these bytes, so later changes in the checkout are found.
    const list = path.join(making.folder, 'names');
    await writeFile(list, committed);
    // Rename, because another deployment of this commit may be reading the list.
    await rename(list, committedList(done));
    await moveUnlessThere(making.files, done);
  } finally {
    await rm(making.folder, { recursive: true, force: true });
  }
  await prune(checkouts, sha);
  return done;
}

/** The checkout, if it is complete. Updates its time, because pruning deletes the least recently used. */
export async function existingCheckout(
  checkouts: string,
  sha: string,
): Promise<string | undefined> {
  const done = path.join(checkouts, sha);
  // Without the list, the bytes cannot be compared with the commit.
  if ((await readCommitted(done)) === undefined) return undefined;
  const now = new Date();
  return utimes(done, now, now).then(
    () => done,
    () => undefined,
  );
}

/** Deletes a checkout that differs from its commit. */
export async function dropCheckout(checkout: string): Promise<void> {
  await rm(committedList(checkout), { force: true });
  const folder = path.join(path.dirname(checkout), `${MAKING}${randomBytes(6).toString('hex')}`);
  await rename(checkout, folder).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
}

/** The list lies beside the checkout, so that it cannot collide with a file of the commit. */
function committedList(checkout: string): string {
  return `${checkout}.files`;
}

/** The entries that belong in the checkout; undefined without a list, or with one of an older format. */
export async function readCommitted(checkout: string): Promise<Entry[] | undefined> {
  const list = await listOf(checkout);
  return list === undefined ? undefined : parseEntries(list);
}

const listOf = (checkout: string): Promise<string | undefined> =>
  readFile(committedList(checkout), 'utf8').catch(() => undefined);

/** If another worker finished the same commit first, its checkout has the same files. */
async function moveUnlessThere(making: string, done: string): Promise<void> {
  try {
    await rename(making, done);
  } catch (error) {
    if ((await stat(done).catch(() => undefined)) === undefined) throw error;
  }
}

/** Keeps the newest checkouts, this one, and those used within the last hour, where a test may run. */
async function prune(checkouts: string, sha: string): Promise<void> {
  const names = await readdir(checkouts);
  const folders = names.filter(
    (name) => name !== sha && name !== SPARE && !name.endsWith('.files'),
  );
  const aged = await Promise.all(
    folders.map(async (name) => ({ name, at: await usedAt(path.join(checkouts, name)) })),
  );
  const old = aged.filter(({ at }) => Date.now() - at > HOUR).toSorted((a, b) => b.at - a.at);
  const unfinished = old.filter(({ name }) => name.startsWith(MAKING));
  const recent = aged.length - old.length;
  const surplus = old
    .filter(({ name }) => !name.startsWith(MAKING))
    .slice(Math.max(0, KEPT - 1 - recent));
  for (const { name } of [...unfinished, ...surplus]) {
    const folder = path.join(checkouts, name);
    await rm(folder, { recursive: true, force: true });
    await rm(committedList(folder), { force: true });
  }
}

async function usedAt(folder: string): Promise<number> {
  const found = await stat(folder).catch(() => undefined);
  return found?.mtimeMs ?? Date.now();
}
