import { StageFailed } from '../record/errors.ts';
import type { Finding } from '../ports/ports.ts';

/** How findings in Python files are told: by the bot's own check, and by the compiler of a host. */
export function findingLine({ path, line, column, code, message }: Finding): string {
  return `${path}:${line}:${column} ${code} ${message}`;
}

/** `where`: who found them, where that is not the bot alone. */
export function pythonFailed(findings: readonly Finding[], where = ''): StageFailed {
  const lines = findings.map((one) => findingLine(one));
  const count = lines.length === 1 ? 'an error' : `${lines.length} errors`;
  return new StageFailed(`Python checks found ${count}${where}\n${some(lines).join('\n')}`, {
    code: 'python-findings',
    next: 'Fix these lines, commit, and deploy the new commit. If a file is a template or test data, name it in checks.python.exclude.',
    log: lines.join('\n'),
  });
}

/** For the approval card: few enough to be read there. */
export function pythonWarnings(findings: readonly Finding[]): string[] {
  return some(findings.filter(({ level }) => level === 'warning').map((one) => findingLine(one)));
}

const SHOWN = 5;

function some(lines: readonly string[]): string[] {
  const more = lines.length - SHOWN;
  return more > 0 ? [...lines.slice(0, SHOWN), `… ${more} more`] : [...lines];
}
