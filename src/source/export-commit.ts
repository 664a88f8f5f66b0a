import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beginMaking, fill, MAKING, SPARE, type Taker, takeSpare } from './spare-checkout.ts';

const KEPT = 5;
const HOUR = 60 * 60_000;

export interface ExportOptions extends Taker {
  sha: string;
  /** Of all files in the commit. */
  names: readonly string[];
}

/**
 * The commit's files under `<checkouts>/<sha>`, made once. Not `git archive`, which leaves files out
 * where .gitattributes says export-ignore; not `git worktree`, which writes into the repository.
 */
export async function exportCommit(options: ExportOptions): Promise<string> {
  const { checkouts, sha, names } = options;
  const kept = await keptCheckout(checkouts, sha);
  if (kept !== undefined) return kept;
  const done = path.join(checkouts, sha);
  await mkdir(checkouts, { recursive: true });
  const spare = await takeSpare(sha, options);
  const making = spare ?? (await beginMaking(options));
  try {
    if (spare === undefined) await fill(making, sha, options);
    // Discovery takes only these: whatever the team's tests leave behind in the checkout is not the commit.
    const list = path.join(making.folder, 'names');
    await writeFile(list, names.map((name) => `${name}\0`).join(''));
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
  const now = new Date();
  return utimes(done, now, now).then(
    () => done,
    () => undefined,
  );
}

/** Where the names of the commit's files stand, separated by NUL, beside the checkout. */
function committedList(checkout: string): string {
  return `${checkout}.files`;
}

/** Beside the checkout, where no file of the commit lies. */
export function readCommittedList(checkout: string): Promise<string | undefined> {
  return readFile(committedList(checkout), 'utf8').catch(() => undefined);
}

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
