/** What was found in one service's files, or in one config. */
export interface Said {
  what: string;
  /** Each stops a release. */
  findings: readonly string[];
  notes: readonly string[];
  sum: string;
}

/** One finding a line, as editors and CI read it; what was looked at, and what it comes to, at the end. */
export function lines(where: string, said: readonly Said[]): string {
  const findings = said.flatMap(({ findings: some }) => some);
  const notes = said.flatMap(({ what, notes: some }) => some.map((one) => `${what}: ${one}`));
  const sums = said.filter(({ sum }) => sum !== '').map(({ what, sum }) => `${what}: ${sum}`);
  const end =
    findings.length === 0
      ? 'Nothing found.'
      : `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}: the bot would refuse this.`;
  const all = [...findings, ...notes, `${where}; ${sums.join('; ')}`, end];
  return all.map((line) => `${line}\n`).join('');
}
