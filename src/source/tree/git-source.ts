// Implements the port Source: commits and their files, from a mirror or from a clean work tree.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { CommitRefused } from '../../deploy/record/errors.ts';
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
import type { GitAnswer } from '../git/git.ts';
import { fetchMirror, mirrorOf, renewIfDamaged } from '../git/mirror.ts';
import { readBlob } from '../git/object-reader.ts';
import { streamBlob } from '../git/blob.ts';
import { isFullSha, safeSha } from '../git/ref.ts';
import { openRepository, type SourceRepository } from '../git/repository.ts';
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

/** The number of commits whose lists of files are kept in memory. */
const MOST_OPEN = 4;

/** Methods fail with StageFailed, or Interrupted on abort. `dataDirectory` can be deleted between deployments. */
export function createSource({ dataDirectory }: { dataDirectory: string }): Source {
  const store = createFactStore<FileFacts>(dataDirectory);
  // Earlier versions of argo-bot kept checkouts of commits here. Delete them.
  void rm(path.join(dataDirectory, 'checkouts'), { recursive: true, force: true }).catch(() => {});

  const openAt = (settings: SourceSettings, signal?: AbortSignal): Promise<SourceRepository> =>
    openRepository(dataDirectory, settings, signal);

  const opened = new Map<string, CommitFiles>();
  const open = async (commit: Commit, listed: GitAnswer): Promise<CommitFiles> => {
    const files = await openCommit(commit, await parseEntries(commit.sha, listed), store);
    keepNewest(opened, keyOf(commit.settings, commit.sha), files, MOST_OPEN);
    return files;
  };

  const files: Source['files'] = async (settings, sha, signal) => {
    const known = opened.get(keyOf(settings, sha));
    if (known) return known;
    const repository = await openAt(settings, signal);
    let listed = await listEntries(repository, sha);
    if (!listed.ok && listed.cut !== true) {
      await fetchMirror(repository);
      listed = await listEntries(repository, sha);
    }
    if (!listed.ok && listed.cut !== true) throw await unknownRef(repository, sha);
    return open({ settings, sha, repository }, listed);
  };

  return {
    files,
    resolve: (settings, ref, signal) => resolveCommit(dataDirectory, settings, ref, signal),

    admit: (settings, sha, signal) => admitCommit(dataDirectory, settings, safeSha(sha), signal),

    async commits(settings, from, to, limit) {
      return commitsBetween(await openAt(settings), fullSha(from), safeSha(to), limit);
    },

    async authors(settings, from, to, signal) {
      return authorsBetween(await openAt(settings, signal), fullSha(from), safeSha(to));
    },

    async changed(settings, from, to, signal) {
      if (!isFullSha(from)) return undefined;
      const { directory } = settings;
      const between = { from, to: safeSha(to), directory };
      return changedFiles(await openAt(settings, signal), between);
    },

    async lastChange(settings, sha, { path: file, line }, signal) {
      const where = { sha: safeSha(sha), inside: settings.directory, path: file, line };
      return lastChange(await openAt(settings, signal), where);
    },

    async filesHere(settings, sha) {
      const known = opened.get(keyOf(settings, sha));
      if (known) return known;
      const repository =
        'git' in settings
          ? { gitDirectory: mirrorOf(dataDirectory, settings.git), address: settings.git }
          : await openAt(settings);
      const listed = await listEntries(repository, sha);
      return listed.ok ? open({ settings, sha, repository }, listed) : undefined;
    },

    async checkout(settings, sha, signal) {
      // `files` refuses commits with unsafe paths or too much data, before a file is written to the disk.
      await files(settings, sha, signal);
      const repository = await openAt(settings, signal);
      const written = await renewIfDamaged(repository, () => writeCheckout(repository, sha));
      return { ...written, folder: path.posix.normalize(settings.directory) };
    },
  };
}

const keyOf = (settings: SourceSettings, sha: string): string =>
  JSON.stringify([settings, safeSha(sha)]);

const fullSha = (sha: string | undefined): string | undefined =>
  sha !== undefined && isFullSha(sha) ? sha : undefined;

interface Commit {
  settings: SourceSettings;
  sha: string;
  repository: SourceRepository;
}

/** Gives access to the files of a commit (`entries`). Fails with `unsafe-tree`, `submodules` or `no-such-directory`. */
async function openCommit(
  commit: Commit,
  entries: readonly Entry[],
  store: FactStore<FileFacts>,
): Promise<CommitFiles> {
  const { sha, settings } = commit;
  // Drop the signal of the stage that opened the commit: later stages read files of the commit, too.
  const repository = { ...commit.repository, signal: undefined };
  const { gitDirectory } = repository;
  const { directory } = settings;
  refuseTooLarge(sha, entries, settings.max_checkout_bytes);
  refuseSubmodules(entries, directory);
  const blobs: Blobs = {
    read: (blob) => renewIfDamaged(repository, () => readBlob(gitDirectory, blob)),
    stream: (blob) => renewIfDamaged(repository, () => streamBlob(gitDirectory, blob)),
  };
  const tree = commitTree(await foldersOf(entries), blobs, directory);
  if (tree === undefined) {
    throw new CommitRefused(`${sha.slice(0, 12)} has no folder ${directory}.`, {
      code: 'no-such-directory',
      next: 'set `directory:` in argo.yml to the folder of the service in the repository (`.` for its top), and restart argo-bot. Then `/argo retry`.',
    });
  }
  const answers = new Map<string, Promise<Discovery>>();
  const discovered: CommitFiles['discover'] = (wanted) => {
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
      const inside = path.posix.join(directory, '/').replace(/^\.?\//, '');
      const { top } = repository;
      const origin = { gitDirectory, top, inside, sha };
      return { ...found, problems: await explainMissing(found.problems, origin) };
    },
    requirements: async (wanted, declared) =>
      requirementsIn(tree, await discovered(wanted), declared),
  };
}
