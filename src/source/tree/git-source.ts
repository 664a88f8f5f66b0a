// Implements the port Source: commits and their files, from a mirror or from a clean work tree.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { StageFailed } from '../../deploy/record/errors.ts';
import type { CommitFiles, Discovery, Source, SourceSettings } from '../../deploy/ports/ports.ts';
import { admitCommit } from '../commits/admit-commit.ts';
import { authorsBetween } from '../commits/authors.ts';
import { changedFiles } from '../commits/changed-files.ts';
import { explainMissing } from '../commits/explain-missing.ts';
import { lastChange } from '../commits/last-change.ts';
import { commitsBetween } from '../commits/list-commits.ts';
import { resolveCommit } from '../commits/resolve-commit.ts';
import { unknownRef } from '../commits/resolve-ref.ts';
import { createFactStore, type FactStore } from '../fact-store.ts';
import type { FileFacts } from '../files/hash-files.ts';
import { fetchMirror, mirrorOf, openMirror, renewIfDamaged } from '../git/mirror.ts';
import { readBlob } from '../git/object-reader.ts';
import { streamBlob } from '../git/stream-blob.ts';
import { isFullSha, safeSha } from '../git/ref.ts';
import { openWorkTree } from '../git/work-tree.ts';
import { keepNewest } from '../keep-newest.ts';
import { requirementsIn } from '../requirements/requirements.ts';
import {
  type Entry,
  listEntries,
  parseEntries,
  refuseSubmodules,
  refuseTooLarge,
} from './commit-entries.ts';
import { type Blobs, commitTree, foldersOf } from './commit-tree.ts';
import { discover } from './discover.ts';
import { writeCheckout } from './write-checkout.ts';

export interface SourceOptions {
  /** The folder of mirrors. It can be deleted between deployments. */
  dataDirectory: string;
}

/** The number of commits whose lists of files are kept in memory. */
const MOST_OPEN = 4;

/** Every method fails with StageFailed, or with Interrupted when its signal aborts. */
export function createSource({ dataDirectory }: SourceOptions): Source {
  const store = createFactStore<FileFacts>(dataDirectory);
  // Delete the checkouts of commits that earlier versions kept.
  void rm(path.join(dataDirectory, 'checkouts'), { recursive: true, force: true }).catch(() => {});

  const gitDirectoryOf = async (settings: SourceSettings): Promise<string> =>
    'git' in settings
      ? openMirror(dataDirectory, settings.git)
      : (await openWorkTree(settings.path)).gitDirectory;

  const opened = new Map<string, CommitFiles>();
  const open = async (commit: Commit, entries: readonly Entry[]): Promise<CommitFiles> => {
    const files = await openCommit(commit, entries, store);
    keepNewest(opened, keyOf(commit.settings, commit.sha), files, MOST_OPEN);
    return files;
  };

  const files: Source['files'] = async (settings, sha, signal) => {
    const known = opened.get(keyOf(settings, sha));
    if (known) return known;
    const gitDirectory = await gitDirectoryOf(settings);
    const list = () => listEntries(gitDirectory, sha, signal);
    let listed = await list();
    if (!listed.ok && listed.cut !== true && 'git' in settings) {
      await fetchMirror(gitDirectory, settings.git, signal);
      listed = await list();
    }
    if (!listed.ok && listed.cut !== true) throw await unknownRef(gitDirectory, sha, signal);
    return open({ settings, sha, gitDirectory }, await parseEntries(sha, listed));
  };

  return {
    files,
    resolve: (settings, ref, signal) => resolveCommit(dataDirectory, settings, ref, signal),

    admit: (settings, sha, signal) => admitCommit(dataDirectory, settings, safeSha(sha), signal),

    async commits(settings, from, to, limit) {
      const since = from !== undefined && isFullSha(from) ? from : undefined;
      return commitsBetween(await gitDirectoryOf(settings), since, safeSha(to), limit);
    },

    async authors(settings, from, to, signal) {
      const since = from !== undefined && isFullSha(from) ? from : undefined;
      return authorsBetween(await gitDirectoryOf(settings), since, safeSha(to), signal);
    },

    async changed(settings, from, to, signal) {
      if (!isFullSha(from)) return undefined;
      const { directory } = settings;
      const between = { from, to: safeSha(to), directory };
      return changedFiles(await gitDirectoryOf(settings), between, signal);
    },

    async lastChange(settings, sha, { path: file, line }, signal) {
      const where = { sha: safeSha(sha), inside: settings.directory, path: file, line };
      return lastChange(await gitDirectoryOf(settings), where, signal);
    },

    async filesHere(settings, sha) {
      const known = opened.get(keyOf(settings, sha));
      if (known) return known;
      const gitDirectory =
        'git' in settings ? mirrorOf(dataDirectory, settings.git) : await gitDirectoryOf(settings);
      const listed = await listEntries(gitDirectory, sha, new AbortController().signal);
      if (!listed.ok) return undefined;
      return open({ settings, sha, gitDirectory }, await parseEntries(sha, listed));
    },

    async checkout(settings, sha, signal) {
      // Fails if the commit's files must not be written to the disk.
      await files(settings, sha, signal);
      const gitDirectory = await gitDirectoryOf(settings);
      const address = 'git' in settings ? settings.git : undefined;
      const write = () => writeCheckout({ gitDirectory, signal }, sha);
      const written = await renewIfDamaged(gitDirectory, address, write, signal);
      return { ...written, folder: path.posix.normalize(settings.directory) };
    },
  };
}

const keyOf = (settings: SourceSettings, sha: string): string =>
  JSON.stringify([settings, safeSha(sha)]);

interface Commit {
  settings: SourceSettings;
  sha: string;
  gitDirectory: string;
}

/** Gives access to the files of a listed commit. Fails with `unsafe-tree`, `submodules` or `no-such-directory`. */
async function openCommit(
  commit: Commit,
  entries: readonly Entry[],
  store: FactStore<FileFacts>,
): Promise<CommitFiles> {
  const { sha, settings, gitDirectory } = commit;
  const { directory } = settings;
  refuseTooLarge(sha, entries, settings.max_checkout_bytes);
  refuseSubmodules(entries, directory);
  const address = 'git' in settings ? settings.git : undefined;
  const blobs: Blobs = {
    read: (blob) => renewIfDamaged(gitDirectory, address, () => readBlob(gitDirectory, blob)),
    stream: (blob) => renewIfDamaged(gitDirectory, address, () => streamBlob(gitDirectory, blob)),
  };
  const tree = commitTree(await foldersOf(entries), blobs, directory);
  if (tree === undefined) {
    throw new StageFailed(`There is no directory ${directory} in ${sha.slice(0, 12)}.`, {
      code: 'no-such-directory',
      next: 'Set `directory:` in argo.yml to the folder of the service in the repository (`.` for its top).',
    });
  }
  const answers = new Map<string, Promise<Discovery>>();
  const discovered: (wanted: Parameters<CommitFiles['discover']>[0]) => Promise<Discovery> = (
    wanted,
  ) => {
    const question = JSON.stringify(wanted);
    const answer = answers.get(question) ?? discover(tree, wanted, store);
    keepNewest(answers, question, answer, MOST_OPEN);
    answer.catch(() => answers.delete(question));
    return answer;
  };
  return {
    sha,
    read: (name, most, above) => tree.read(name, most, above),
    stream: (name) => tree.stream(name),
    async discover(wanted) {
      const found = await discovered(wanted);
      if (found.problems.length === 0) return found;
      return { ...found, problems: await explainMissing(found.problems, await originOf(commit)) };
    },
    requirements: async (wanted, declared) =>
      requirementsIn(tree, await discovered(wanted), declared),
  };
}

async function originOf({ settings, sha, gitDirectory }: Commit) {
  const top = 'git' in settings ? undefined : (await openWorkTree(settings.path)).top;
  const inside = path.posix.join(settings.directory, '/').replace(/^\.?\//, '');
  return { gitDirectory, top, inside, sha };
}
