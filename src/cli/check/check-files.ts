// Checks the files and Python code of one service, for `argo-bot check`.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Finding, PythonCheck } from '../../deploy/ports/ports.ts';
import { findingLine } from '../../deploy/python/findings.ts';
import { declaredRequirements } from '../../deploy/release/requirements.ts';
import { fileRules } from '../../deploy/settings/layout.ts';
import { FilesSchema } from '../../deploy/settings/settings.ts';
import { pythonChecks } from '../../deploy/settings/checks.ts';
import { checkTree, type TreeReport } from '../../source/checks/check-tree.ts';
import type { LocalTree } from '../../source/tree/local-tree.ts';
import type { CheckReport } from './check-report.ts';
import type { Chosen } from './check-services.ts';

/** Without `chosen`, checks the whole folder with the default settings. */
export async function checkFiles(
  tree: LocalTree,
  chosen: Chosen | undefined,
  python: PythonCheck,
  { list }: { list?: true },
): Promise<CheckReport> {
  const { name, settings } = chosen ?? { name: 'files', settings: undefined };
  const directory = settings?.source.directory ?? '.';
  const checks = pythonChecks(settings?.checks.python);
  const what = checks ? python : undefined;
  if (!existsSync(path.join(tree.root, directory))) {
    const findings = [`${directory}: there is no such folder here`];
    return { what: name, findings, notes: [], sum: '' };
  }
  const requirements = settings && declaredRequirements({ settings });
  const files = settings ? fileRules({ settings }) : FilesSchema.parse({});
  const report = await checkTree(
    tree,
    { directory, files, python: what, requirements, checks },
    new AbortController().signal,
  );
  const shown = (one: string): string =>
    path.relative(process.cwd(), path.join(tree.git?.top ?? tree.root, directory, one)) || one;
  const { untracked, left } = report;
  return {
    what: name,
    findings: [
      ...report.problems.map((one) => `${shown(one.path)}: ${one.problem}. ${one.next}`),
      ...ofLevel(report.findings, 'error', shown),
    ],
    warnings: ofLevel(report.findings, 'warning', shown),
    notes: [
      ...report.warnings,
      ...(report.excluded > 0 ? [`${report.excluded} Python files are excluded`] : []),
      ...(untracked.length > 0
        ? [`${untracked.length} new files are not committed: ${some(untracked)}`]
        : []),
      ...(list ? left.map(({ path: one, by }) => `left out: ${shown(one)} (${by})`) : []),
    ],
    unchecked: report.files === 0 ? whyEmpty(tree, directory, report) : undefined,
    sum: `${report.files} files, ${left.length} left out, ${report.modules} Python files${tree.staged ? ' changed' : ''}`,
  };
}

function ofLevel(
  findings: readonly Finding[],
  level: Finding['level'],
  shown: (path: string) => string,
): string[] {
  return findings
    .filter((one) => one.level === level)
    .map((one) => findingLine({ ...one, path: shown(one.path) }));
}

const some = (names: readonly string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? `, … ${names.length - 5} more` : '');

/** Says why a release of this folder would have no files. */
function whyEmpty(tree: LocalTree, directory: string, { untracked, left }: TreeReport): string {
  const folder = path.resolve(tree.git?.top ?? tree.root, directory);
  if (untracked.length > 0) return `no file in ${folder} is committed (git add, git commit)`;
  if (left.length > 0) return `every file in ${folder} is left out (--list says by which rule)`;
  return `${folder} has no files${tree.staged ? ' in the index' : ''}`;
}
