// Removes findings that the project's ruff settings or added builtins explain.
import type { FileDigest, Finding, PythonQuestion } from '../../deploy/ports/ports.ts';
import { type FileSettings, ruffSettings } from './ruff-settings.ts';
import { undefinedName } from './undefined-names.ts';
import type { Checked } from './worker.ts';

/** Rules about names, with their codes in ruff settings. Nobody can ignore syntax errors: Python refuses the file. */
const IGNORABLE: Record<string, readonly string[]> = {
  F821: ['F821'],
  F823: ['F823'],
  TC004: ['TC004', 'TCH004'],
};

/** Returns the findings that remain. `leftOut`: files that the ruff settings exclude. */
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
      if (IGNORABLE[one.code]?.some((code) => its?.ignores(code))) return false;
      const name = undefinedName(one);
      return name === undefined || its?.builtins.has(name) !== true;
    });
  // `others` and excluded files may add builtins, too. Check them only if a name is undefined, to save time.
  const isOpen = findings.some((one) => undefinedName(one) !== undefined);
  const more = isOpen ? await checkFiles([...others, ...leftOut]) : [];
  const added = new Set([...checked, ...more].flatMap(({ adds }) => adds));
  return {
    findings: findings.filter((one) => !added.has(undefinedName(one) ?? '')),
    leftOut: leftOut.map(({ path }) => path),
  };
}
