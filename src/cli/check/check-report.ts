// Prints the report of `argo-bot check`, and decides its exit code.
import { Exit } from '../exit.ts';

/** The findings for one service's files, or for one config. */
export interface CheckReport {
  what: string;
  /** Problems that stop a release. */
  findings: readonly string[];
  /** Problems that are only shown to approvers. */
  warnings?: readonly string[];
  notes: readonly string[];
  sum: string;
  /** Why the files or the config were not checked; undefined if they were. */
  unchecked?: string | undefined;
}

export function notChecked(what: string, why: string): CheckReport {
  return { what, findings: [], notes: [], sum: '', unchecked: why };
}

/** Returns each finding on one line, for editors and CI. The summary comes last. `valid`: argo.yml was read. */
export function reportText(where: string, said: readonly CheckReport[], valid: boolean): string {
  const findings = said.flatMap(({ findings: some }) => some);
  const warnings = said.flatMap(({ warnings: some = [] }) => some);
  const notes = said.flatMap(({ what, notes: some }) => some.map((one) => `${what}: ${one}`));
  const gaps = said.flatMap(({ what, unchecked: why }) =>
    why === undefined ? [] : [`${what}: ${why}`],
  );
  const sums = said.filter(({ sum }) => sum !== '').map(({ what, sum }) => `${what}: ${sum}`);
  if (exitOf(said) === Exit.usage) {
    const none = valid ? `${where} has no mistake, but no files were` : `${where}\nNothing was`;
    const all = [...notes, `${none} checked: ${gaps.join('; ')}.`];
    return all.map((line) => `${line}\n`).join('');
  }
  const end =
    findings.length === 0
      ? 'Nothing found.'
      : `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}: the bot would refuse this.`;
  const all = [
    ...findings,
    ...warnings.map((one) => `warning: ${one}`),
    ...notes,
    ...gaps,
    [where, ...sums].join('; '),
    end,
  ];
  return all.map((line) => `${line}\n`).join('');
}

/** Returns the exit code: the one of wrong usage if nothing was checked, so that CI does not pass by mistake. */
export function exitOf(said: readonly CheckReport[]): number {
  if (said.some(({ findings }) => findings.length > 0)) return Exit.found;
  return said.every(({ unchecked: why }) => why !== undefined) ? Exit.usage : Exit.fine;
}
