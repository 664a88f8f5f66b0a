// Describes findings in Python files for people: one line each, and the failure for errors.
import { CommitRefused } from '../record/errors.ts';
import type { Finding } from '../ports/ports.ts';

/** Words a finding: `app.py:3:5 F821 undefined name 'x'`. */
export function findingLine({ path, line, column, code, message }: Finding): string {
  return `${path}:${line}:${column} ${code} ${message}`;
}

/** `where`: the host or version that found them, such as ` on host-1`. */
export function pythonFailure(findings: readonly Finding[], where = ''): CommitRefused {
  const lines = findings.map((one) => findingLine(one));
  const count = lines.length === 1 ? 'an error' : `${lines.length} errors`;
  return new CommitRefused(`Python checks found ${count}${where}\n${shortened(lines).join('\n')}`, {
    code: 'python-findings',
    next: 'fix this, commit, then `/argo deploy`. Exclude templates and test data with `checks.python.exclude` in argo.yml.',
    log: lines.join('\n'),
  });
}

export function pythonWarnings(findings: readonly Finding[]): string[] {
  return shortened(
    findings.filter(({ level }) => level === 'warning').map((one) => findingLine(one)),
  );
}

const MAX_SHOWN = 5;

function shortened(lines: readonly string[]): string[] {
  const more = lines.length - MAX_SHOWN;
  return more > 0 ? [...lines.slice(0, MAX_SHOWN), `… ${more} more`] : [...lines];
}
