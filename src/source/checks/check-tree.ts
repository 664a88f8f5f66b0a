// Runs the checks of files, Python and requirements on a developer's tree: `argo-bot check`.
import path from 'node:path';
import type {
  DeclaredRequirements,
  DiscoverySettings,
  Finding,
  PythonCheck,
} from '../../deploy/ports/ports.ts';
import { pythonFiles, matchesExcluded } from '../../deploy/python/check-python.ts';
import type { PythonChecks } from '../../deploy/settings/checks.ts';
import { requirementsIn } from '../requirements/requirements.ts';
import { explainMissing } from '../commits/explain-missing.ts';
import type { Problem } from '../files/walk.ts';
import { discover } from '../tree/discover.ts';
import { folderTree } from '../tree/folder-tree.ts';
import { type LocalTree, namesBelow } from '../tree/local-tree.ts';

export interface TreeReport {
  problems: readonly Problem[];
  warnings: readonly string[];
  findings: readonly Finding[];
  /** The number of Python files that `checks.exclude` in argo.yml or the project's ruff settings leave out. */
  excluded: number;
  files: number;
  modules: number;
  left: readonly { path: string; by: string }[];
  /** Untracked files, which would not be deployed. */
  untracked: readonly string[];
}

export interface TreeSettings {
  /** The service's folder in the tree; `.` is the top folder. */
  directory: string;
  files: DiscoverySettings;
  /** If undefined, Python is not checked. */
  python: PythonCheck | undefined;
  requirements: DeclaredRequirements | undefined;
  checks: PythonChecks | undefined;
}

/** Runs the same checks on a developer's tree as a deployment does. */
export async function checkTree(
  tree: LocalTree,
  { directory, files: settings, python, requirements, checks }: TreeSettings,
  signal: AbortSignal,
): Promise<TreeReport> {
  const inside = path.posix.join(directory, '/').replace(/^\.?\//, '');
  const { tracked, staged } = tree;
  const names = tracked && namesBelow(tracked, inside);
  const local = folderTree(path.join(tree.root, directory), names, inside);
  const found = await discover(local, settings);
  const all = pythonFiles(found.files);
  const checked = all.filter(({ path: name }) => !matchesExcluded(checks?.exclude ?? [], name));
  const isAsked = (name: string) => staged === undefined || staged.has(`${inside}${name}`);
  const modules = checked.filter(({ path: name }) => isAsked(name));
  const question = {
    tree: local,
    files: modules,
    others: checked.filter(({ path: name }) => !isAsked(name)),
    version: checks?.version,
    unbound: checks?.unbound,
  };
  const [problems, report] = await Promise.all([
    tree.git
      ? explainMissing(found.problems, { ...tree.git, inside, sha: undefined })
      : found.problems,
    python?.check(question, signal),
  ]);
  const environment =
    requirements === undefined ? undefined : await requirementsIn(local, found, requirements);
  return {
    problems: [...problems, ...(environment?.problems ?? [])],
    warnings: found.warnings ?? [],
    findings: report?.findings ?? [],
    excluded: all.length - checked.length + (report?.leftOut.length ?? 0),
    files: found.files.length,
    modules: python ? modules.length : 0,
    left: found.left,
    untracked: tree.untracked
      .filter((name) => name.startsWith(inside))
      .map((name) => name.slice(inside.length)),
  };
}
