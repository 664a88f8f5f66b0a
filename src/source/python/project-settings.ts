// Removes findings that the project's ruff settings or added builtins explain.
import type { FileDigest, Finding, PythonQuestion } from '../../deploy/ports/ports.ts';
import { type FileSettings, ruffSettings } from './ruff-settings.ts';
import type { Checked } from './worker.ts';

/** Findings that a project may ignore: those about names. Python refuses syntax errors, whatever a project ignores. */
const IGNORABLE = new Set(['F821', 'F823', 'F722']);

/** Checks files with `checkFiles`, and returns the findings that remain. `leftOut`: files that the ruff settings exclude. */
export async function applyProjectSettings(
  { tree, files, others = [] }: PythonQuestion,
  checkFiles: (files: readonly FileDigest[]) => Promise<Checked[]>,
): Promise<{ findings: Finding[]; leftOut: string[] }> {
  const settingsOf = ruffSettings(tree);
  const settings = new Map<string, FileSettings>();
  for (const { path } of files) settings.set(path, await settingsOf(path));
  const leftOut = files.filter(({ path }) => settings.get(path)?.excluded === true);
  const checked = await checkFiles(files.filter((file) => !leftOut.includes(file)));
  const findings = checked
    .flatMap((one) => one.findings)
    .filter((one) => {
      const its = settings.get(one.path);
      if (IGNORABLE.has(one.code) && its?.ignores(one.code) === true) return false;
      const name = undefinedName(one);
      return name === undefined || its?.builtins.has(name) !== true;
    });
  const left = leftOut.map(({ path }) => path);
  if (!findings.some((one) => undefinedName(one) !== undefined)) return { findings, leftOut: left };
  // Other files may add builtins. Check them only if names are undefined, because few projects need it.
  const more = await checkFiles([...others, ...leftOut]);
  const added = new Set([...checked, ...more].flatMap(({ adds }) => adds));
  return {
    findings: findings.filter((one) => !added.has(undefinedName(one) ?? '')),
    leftOut: left,
  };
}

function undefinedName({ code, message }: Finding): string | undefined {
  return code === 'F821' ? /`(.*)`/.exec(message)?.[1] : undefined;
}
