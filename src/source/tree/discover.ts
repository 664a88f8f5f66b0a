// Decides what a release is made of: its files, the excluded ones, and the problems that stop it.
import path from 'node:path';
import type { Discovery, DiscoverySettings } from '../../deploy/ports/ports.ts';
import { byPath } from '../../deploy/release/manifest.ts';
import { createPause } from '../../deploy/untrusted/slices.ts';
import type { FactStore } from '../fact-store.ts';
import { type FileFacts, hashFiles } from '../files/hash-files.ts';
import { blankFiles } from '../files/blank-files.ts';
import { checkRequired } from '../files/required-files.ts';
import { standInProblems } from '../files/stand-in-problems.ts';
import { tooLarge } from '../files/too-large.ts';
import type { Tree } from '../files/tree.ts';
import { walk } from '../files/walk.ts';

/** `store` caches the facts about a file's content by its git id. */
export async function discover(
  tree: Tree,
  settings: DiscoverySettings,
  store?: FactStore<FileFacts>,
): Promise<Discovery> {
  const walked = await walk(tree, path.basename(settings.ignore_file));
  const small = walked.files.filter((file) => file.bytes <= settings.max_file_bytes);
  const hashed = await hashFiles(tree, small, store);
  const pause = createPause();
  const standIns = standInProblems(hashed, settings, tree.inside);
  await pause();
  const problems = [
    ...(await checkRequired(tree, settings, walked)),
    ...blankFiles(settings, hashed),
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
