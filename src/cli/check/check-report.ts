import { Exit } from '../command.ts';

/** What was found in one service's files, or in one config. */
export interface Said {
  what: string;
  /** Each stops a release. */
  findings: readonly string[];
  /** Shown to the approver; they stop nothing. */
  warnings?: readonly string[];
  notes: readonly string[];
  sum: string;
  /** Why nothing of it was looked at; absent: it was. */
  unseen?: string;
}

export function unseen(what: string, why: string): Said {
  return { what, findings: [], notes: [], sum: '', unseen: why };
}

/** One finding a line, as editors and CI read it; what was looked at, and what it comes to, at the end. */
export function lines(where: string, said: readonly Said[]): string {
  const findings = said.flatMap(({ findings: some }) => some);
  const warnings = said.flatMap(({ warnings: some = [] }) => some);
  const notes = said.flatMap(({ what, notes: some }) => some.map((one) => `${what}: ${one}`));
  const gaps = said.flatMap(({ what, unseen: why }) =>
    why === undefined ? [] : [`${what}: ${why}`],
  );
  const sums = said.filter(({ sum }) => sum !== '').map(({ what, sum }) => `${what}: ${sum}`);
  if (exitOf(said) === Exit.usage) {
    const all = [...notes, where, `Nothing was checked: ${gaps.join('; ')}.`];
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

/** Nobody may take a look at nothing for a good one. */
export function exitOf(said: readonly Said[]): number {
  if (said.some(({ findings }) => findings.length > 0)) return Exit.found;
  return said.every(({ unseen: why }) => why !== undefined) ? Exit.usage : Exit.fine;
}
