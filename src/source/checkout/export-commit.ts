import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Entry, parseEntries } from './commit-entries.ts';
import { beginMaking, fill, MAKING, SPARE, type Taker, takeSpare } from './spare-checkout.ts';

const KEPT = 5;
const HOUR = 60 * 60_000;

export interface ExportOptions extends Taker {
  sha: string;
  /** Of all files in the commit, as git lists them. */
  list: string;
}

/**
 * The commit's files under `<checkouts>/<sha>`, made once. Not `git archive`, which leaves files out
 * where .gitattributes says export-ignore; not `git worktree`, which writes into the repository.
 */
export async function exportCommit(options: ExportOptions): Promise<string> {
  const { checkouts, sha, list: committed } = options;
  const kept = await keptCheckout(checkouts, sha);
  if (kept !== undefined) return kept;
  const done = path.join(checkouts, sha);
  await mkdir(checkouts, { recursive: true });
  if ((await listOf(done)) !== undefined && !(await readCommitted(done))) await dropCheckout(done);
  const spare = await takeSpare(sha, options);
  const making = spare ?? (await beginMaking(options));
  try {
    if (spare === undefined) await fill(making, sha, options);
    // Discovery takes only these, with these bytes: whatever is written into the checkout is not the commit.
    const list = path.join(making.folder, 'names');
    await writeFile(list, committed);
    // At once: another deployment of this commit may be reading it, and half a list is half a release.
    await rename(list, committedList(done));
    await moveUnlessThere(making.files, done);
  } finally {
    await rm(making.folder, { recursive: true, force: true });
  }
  await prune(checkouts, sha);
  return done;
}

/** The checkout, if it is still there. Its time says when it was last used, which is what pruning goes by. */
export async function keptCheckout(checkouts: string, sha: string): Promise<string | undefined> {
  const done = path.join(checkouts, sha);
  // Without a list, nothing tells whether these are the bytes of the commit.
  if ((await readCommitted(done)) === undefined) return undefined;
  const now = new Date();
  return utimes(done, now, now).then(
    () => done,
    () => undefined,
  );
}

/** Takes away a checkout that is not the commit: the next one is made anew. */
export async function dropCheckout(checkout: string): Promise<void> {
  await rm(committedList(checkout), { force: true });
  const folder = path.join(path.dirname(checkout), `${MAKING}${randomBytes(6).toString('hex')}`);
  await rename(checkout, folder).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
}

/** Beside the checkout, where no file of the commit lies. */
function committedList(checkout: string): string {
  return `${checkout}.files`;
}

/** What git says that the checkout holds; undefined where nobody noted it, or only the names. */
export async function readCommitted(checkout: string): Promise<Entry[] | undefined> {
  const list = await listOf(checkout);
  return list === undefined ? undefined : parseEntries(list);
}

const listOf = (checkout: string): Promise<string | undefined> =>
  readFile(committedList(checkout), 'utf8').catch(() => undefined);

/** Another worker may have finished the same commit first: the same files. */
async function moveUnlessThere(making: string, done: string): Promise<void> {
  try {
    await rename(making, done);
  } catch (error) {
    if ((await stat(done).catch(() => undefined)) === undefined) throw error;
  }
}

/** Keeps the newest, the one just asked for, and any used within the hour (a test may be running there). */
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
