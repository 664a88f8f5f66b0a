// Decides whether a release's Python files compile with the Python of each host.
import { StageFailed } from '../record/errors.ts';
import { matchesExcluded } from './check-python.ts';
import { formatManifest } from '../release/manifest.ts';
import { pythonFailure } from './findings.ts';
import type { Answer, Finding, Host } from '../ports/ports.ts';
import { releaseContents } from '../release/release-contents.ts';
import { pythonChecks } from '../settings/checks.ts';
import type { StageContext } from '../step/stage.ts';

export interface Compiled {
  files: string;
  /** End of the summary: `, 58 compile with Python 3.11.2`; empty if the host has no Python or nothing was compiled. */
  compiled: string;
  findings: Finding[];
  unfinished: number;
}

/** Returns the paths of excluded Python files, one per line, escaped as in a manifest. */
export async function excludedNames(context: StageContext): Promise<Buffer> {
  const exclude = pythonChecks(context.target.settings.checks.python)?.exclude ?? [];
  if (exclude.length === 0) return Buffer.alloc(0);
  const { files } = await releaseContents(context);
  const left = files.filter(({ path }) => path.endsWith('.py') && matchesExcluded(exclude, path));
  // Each line of a manifest is a digest and a path, with a backslash in front if the path is escaped.
  return Buffer.from(formatManifest(left).replaceAll(/^\\?[0-9a-f]{64} {2}/gm, ''));
}

export function parseCompiled(host: Host, answer: Answer): Compiled {
  const version = answer.maybe('python');
  const findings = answer.values('finding').map((line) => parseFinding(host, version, line));
  const unfinished = Number(answer.maybe('unfinished') ?? 0);
  const many = answer.maybe('count') ?? '0';
  const compiled =
    version === undefined || many === '0' ? '' : `, ${many} compile with Python ${version}`;
  return { files: answer.maybe('files') ?? '0', compiled, findings, unfinished };
}

/** `line` has fields separated by tabs: `12	5	unterminated string literal	app/late.py`. */
function parseFinding(host: Host, version: string | undefined, line: string): Finding {
  const [row = '', column = '', message = '', ...path] = line.split('\t');
  return {
    path: path.join(' '),
    line: Number(row),
    column: Number(column),
    code: 'syntax',
    message: `Python ${version ?? ''} of ${host.name} cannot compile this: ${message}`,
    level: 'error',
  };
}

/** Fails with `python-findings`, where a finding of several hosts is listed once, or with `python-unfinished`. */
export function refuseUncompiled(checked: Record<string, Compiled>): void {
  const hosts = Object.entries(checked);
  const places = new Map(
    hosts.flatMap(([, { findings }]) =>
      findings.map((one) => [`${one.path}:${one.line}:${one.column}`, one] as const),
    ),
  );
  const failing = hosts.filter(([, { findings }]) => findings.length > 0).map(([name]) => name);
  if (failing.length > 0) throw pythonFailure([...places.values()], ` on ${failing.join(', ')}`);
  const late = hosts.find(([, { unfinished }]) => unfinished > 0);
  if (!late) return;
  const [host, { unfinished }] = late;
  throw new StageFailed(`${unfinished} Python files were not compiled in time on ${host}`, {
    code: 'python-unfinished',
    host,
    next: '`/argo retry`: compiled files are remembered. Exclude generated files with `checks.python.exclude`.',
  });
}
