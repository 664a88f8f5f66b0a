// Decides what a release is made of: its files, the excluded ones, and the problems that stop it.
import path from 'node:path';
import type { Checkout, Discovery, DiscoverySettings } from '../../deploy/ports/ports.ts';
import { type Committed, formatOf, requireCommitted } from './committed-bytes.ts';
import { readCommitted } from './export-commit.ts';
import { hashFiles } from '../files/hash-files.ts';
import { keepNewest } from '../keep-newest.ts';
import { byPath } from '../../deploy/release/manifest.ts';
import { createPause } from '../../deploy/untrusted/slices.ts';
import { checkRequired, blankFiles } from '../files/required-files.ts';
import { standInProblems } from '../files/stand-in-problems.ts';
import { tooLarge } from '../files/too-large.ts';
import { walk } from '../files/walk.ts';

const REMEMBERED = 16;

/** Answers by checkout and settings. A checkout never changes, so they stay valid. */
const answers = new Map<string, Promise<Discovery>>();

/** Reads a checkout, and compares its files with its commit. Fails with `checkout-changed`. */
export async function discover(
  checkout: Checkout,
  settings: DiscoverySettings,
): Promise<Discovery> {
  const question = JSON.stringify([checkout.directory, checkout.sha, settings]);
  const answer = answers.get(question) ?? discoverCheckout(checkout, settings);
  keepNewest(answers, question, answer, REMEMBERED);
  answer.catch(() => answers.delete(question));
  return answer;
}

async function discoverCheckout(
  checkout: Checkout,
  settings: DiscoverySettings,
): Promise<Discovery> {
  const { directory, sha } = checkout;
  const parts = directory.split(path.sep);
  const at = parts.lastIndexOf(sha);
  const top = parts.slice(0, at + 1).join(path.sep);
  const entries = at === -1 ? undefined : await readCommitted(top);
  if (entries === undefined) return discoverFolder(directory, settings, undefined);
  const inside = parts
    .slice(at + 1)
    .map((part) => `${part}/`)
    .join('');
  const names = entries.map((entry) => entry.path);
  return discoverFolder(directory, settings, namesBelow(names, inside), {
    top,
    inside,
    sha,
    entries,
  });
}

/** Reads the folder `root`. Only paths in `tracked` count; without it, all do. */
export async function discoverFolder(
  root: string,
  settings: DiscoverySettings,
  tracked: ReadonlySet<string> | undefined,
  commit?: Committed,
): Promise<Discovery> {
  const ignoreFile = path.basename(settings.ignore_file);
  const walked = await walk({ root, ignoreFile, committed: tracked });
  const small = walked.files.filter((file) => file.bytes <= settings.max_file_bytes);
  const hashed = await hashFiles(root, small, commit && formatOf(commit));
  if (commit) await requireCommitted(commit, hashed);
  const pause = createPause();
  const standIns = standInProblems(hashed, settings);
  await pause();
  const problems = [
    ...(await checkRequired(root, settings.required, walked)),
    ...blankFiles(settings.required, hashed),
    ...walked.problems,
    ...tooLarge(walked.files, settings),
    ...standIns.problems,
  ];
  await pause();
  const files = hashed.map(({ file }) => file).toSorted(byPath);
  await pause();
  return {
    files,
    left: walked.left
      .map(({ path: left, verdict }) => ({ path: left, by: verdict.by }))
      .toSorted(byPath),
    problems: problems.toSorted(byPath),
    warnings: standIns.warnings,
  };
}

/** The paths below a folder (`''` or `app/`), relative to it, together with their parent folders. */
export function namesBelow(all: readonly string[], inside: string): Set<string> {
  const names = new Set<string>();
  for (const name of all) {
    if (!name.startsWith(inside) || name === inside) continue;
    const own = name.slice(inside.length);
    names.add(own);
    for (let slash = own.indexOf('/'); slash !== -1; slash = own.indexOf('/', slash + 1)) {
      names.add(own.slice(0, slash + 1));
    }
  }
  return names;
}
