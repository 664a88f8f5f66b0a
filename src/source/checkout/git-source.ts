// Implements the port Source: commits and checkouts, from a mirror or from a clean work tree.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { StageFailed } from '../../deploy/record/errors.ts';
import type { Source, SourceSettings } from '../../deploy/ports/ports.ts';
import { admitCommit } from '../commits/admit-commit.ts';
import { authorsBetween } from '../commits/authors.ts';
import { changedFiles } from '../commits/changed-files.ts';
import { listEntries, parseEntries, refuseUnwritable } from './commit-entries.ts';
import { commitsBetween } from '../commits/list-commits.ts';
import { discover } from './discover.ts';
import { exportCommit, existingCheckout } from './export-commit.ts';
import { keepNewest } from '../keep-newest.ts';
import { fetchMirror, openMirror, renewIfDamaged, repositoryName } from '../git/mirror.ts';
import { lastChange } from '../commits/last-change.ts';
import { refuseSubmodules } from './submodules.ts';
import { isFullSha, safeSha } from '../git/ref.ts';
import { requirementsIn } from '../requirements/requirements.ts';
import { makeSpare } from './spare-checkout.ts';
import { resolveCommit } from '../commits/resolve-commit.ts';
import { unknownRef } from '../commits/resolve-ref.ts';
import { explainMissing } from '../commits/explain-missing.ts';
import { openWorkTree } from '../git/work-tree.ts';

export interface SourceOptions {
  /** The folder of mirrors and checkouts. It can be deleted between deployments. */
  dataDirectory: string;
}

/** Every method fails with StageFailed, or with Interrupted when its signal aborts. */
export function createSource({ dataDirectory }: SourceOptions): Source {
  const gitDirectoryOf = async (settings: SourceSettings) =>
    (await openOrigin(dataDirectory, settings)).gitDirectory;

  const checkoutsOf = (settings: SourceSettings): string => {
    const address = 'git' in settings ? settings.git : path.resolve(settings.path);
    return path.join(dataDirectory, 'checkouts', repositoryName(address));
  };

  /** The settings and commit of each checkout, to explain why a file is missing. */
  const origins = new Map<string, { settings: SourceSettings; sha: string }>();
  const checkoutIn = async (root: string, settings: SourceSettings, sha: string) => {
    const directory = await directoryIn(root, settings.directory, sha);
    keepNewest(origins, directory, { settings, sha });
    return { directory, sha };
  };

  /** Commits that passed `refuseUnwritable` and `refuseSubmodules`. A commit never changes. */
  const whole = new Map<string, true>();

  return {
    resolve: (settings, ref, signal) => resolveCommit(dataDirectory, settings, ref, signal),

    admit: (settings, sha, signal) => admitCommit(dataDirectory, settings, safeSha(sha), signal),

    async discover(checkout, settings) {
      const found = await discover(checkout, settings);
      const from = origins.get(checkout.directory);
      if (found.problems.length === 0 || from === undefined) return found;
      const origin = {
        ...(await openOrigin(dataDirectory, from.settings)),
        inside: path.posix.join(from.settings.directory, '/').replace(/^\.?\//, ''),
        sha: from.sha,
      };
      return { ...found, problems: await explainMissing(found.problems, origin) };
    },

    async requirements(checkout, settings, declared) {
      return requirementsIn(checkout.directory, await discover(checkout, settings), declared);
    },

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

    async checkout(settings, sha, signal) {
      const checkouts = checkoutsOf(settings);
      const question = JSON.stringify([checkouts, safeSha(sha), settings.directory]);
      const kept = whole.has(question) ? await existingCheckout(checkouts, sha) : undefined;
      if (kept !== undefined) return checkoutIn(kept, settings, sha);
      const gitDirectory = await gitDirectoryOf(settings);
      const list = () => listEntries(gitDirectory, sha, signal);
      let listed = await list();
      if (!listed.ok && listed.cut !== true && 'git' in settings) {
        await fetchMirror(gitDirectory, settings.git, signal);
        listed = await list();
      }
      if (!listed.ok && listed.cut !== true) throw await unknownRef(gitDirectory, sha, signal);
      const entries = listed.ok ? parseEntries(listed.stdout) : undefined;
      refuseUnwritable(sha, entries ?? 'too-many', settings);
      refuseSubmodules(entries ?? [], settings.directory);
      keepNewest(whole, question, true);
      const address = 'git' in settings ? settings.git : undefined;
      const root = await renewIfDamaged(gitDirectory, { address, signal }, () =>
        exportCommit({ gitDirectory, checkouts, sha, list: listed.stdout, signal }),
      );
      return checkoutIn(root, settings, sha);
    },

    async makeSpare(settings, sha, signal) {
      const gitDirectory = await gitDirectoryOf(settings);
      const checkouts = checkoutsOf(settings);
      await makeSpare(safeSha(sha), { gitDirectory, checkouts, signal });
    },

    async kept(settings, sha) {
      const root = await existingCheckout(checkoutsOf(settings), safeSha(sha));
      return root === undefined ? undefined : checkoutIn(root, settings, sha);
    },
  };
}

async function openOrigin(
  dataDirectory: string,
  settings: SourceSettings,
): Promise<{ gitDirectory: string; top: string | undefined }> {
  if (!('git' in settings)) return openWorkTree(settings.path);
  return { gitDirectory: await openMirror(dataDirectory, settings.git), top: undefined };
}

async function directoryIn(root: string, directory: string, sha: string): Promise<string> {
  const full = path.join(root, directory);
  const found = await stat(full).catch(() => undefined);
  const inside = full === root || full.startsWith(root + path.sep);
  if (inside && found?.isDirectory() === true) return full.replace(/\/$/, '');
  throw new StageFailed(`There is no directory ${directory} in ${sha.slice(0, 12)}.`, {
    code: 'no-such-directory',
    next: 'Set `directory:` in argo.yml to the folder of the service in the repository (`.` for its top).',
  });
}
