// Describes findings in Python files for people: one line each, and the failure for errors.
import { CommitRefused } from '../record/errors.ts';
import type { Finding } from '../ports/ports.ts';

/** Describes a finding for logs and terminals: `app.py:3:5 F821 undefined name 'x'`. */
export function findingLine({ path, line, column, code, message }: Finding): string {
  return `${path}:${line}:${column} ${code === 'syntax' ? '' : `${code} `}${message}`;
}

/** Describes a finding for messages: `app.py line 3: undefined name x`. Removes backticks, which end a code span. */
function spokenLine({ path, line, message }: Finding): string {
  const words = message
    .replaceAll('`', '')
    .replace(/^syntax error: (.*)$/i, '$1 (syntax error)')
    .replace(/^[A-Z](?=[a-z]+ )/, (one) => one.toLowerCase());
  return `${path} line ${line}: ${words.replace(/^python /, 'Python ')}`;
}

const ACCEPTING =
  'A comment "# noqa" accepts a line with an undefined or unbound name. checks.python.exclude in argo.yml excludes templates and test data.';

/** `where`: the host or Python version for which the check found errors, such as ` on host-1`. */
export function pythonFailure(findings: readonly Finding[], where = ''): CommitRefused {
  const [first] = findings;
  const lines = shortened(findings.map((one) => spokenLine(one)));
  const errors = findings.length === 1 ? 'an error' : `${findings.length} errors`;
  const title = `Python checks found ${errors}${where}`;
  const message = lines.length === 1 && where === '' ? lines : [title, ...lines];
  return new CommitRefused(message.join('\n'), {
    code: 'python-findings',
    next: `fix ${first === undefined ? 'it' : `line ${first.line} of ${first.path}`}, commit and push, then \`/argo deploy\`.`,
    log: [...findings.map((one) => findingLine(one)), ACCEPTING].join('\n'),
  });
}

export function pythonWarnings(findings: readonly Finding[]): string[] {
  return shortened(
    findings.filter(({ level }) => level === 'warning').map((one) => spokenLine(one)),
  );
}

const MAX_SHOWN = 5;

function shortened(lines: readonly string[]): string[] {
  const more = lines.length - MAX_SHOWN;
  return more > 0 ? [...lines.slice(0, MAX_SHOWN), `… ${more} more`] : [...lines];
}
