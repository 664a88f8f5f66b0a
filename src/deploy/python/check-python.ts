// Decides which Python files of a commit are checked, for which Python version, and checks them.
import { requireFact } from '../record/facts.ts';
import { type LiveCommit, readLiveCommit } from '../history/live-by-record.ts';
import { matchesExcluded } from './excluded.ts';
import type { FileDigest, Finding, PythonReport } from '../ports/ports.ts';
import { interpreterOf, lastSeenPython } from './version.ts';
import { type PythonChecks, pythonChecks } from '../settings/python-checks.ts';
import type { StageContext } from '../step/stage.ts';

export interface PythonChecked {
  report: PythonReport;
  /** Python files that are not excluded, and how many of them were checked. */
  all: number;
  asked: number;
  changedOnly: boolean;
  excluded: number;
}

/** Checks the commit's Python files for `version`; undefined if Python is not checked. */
export async function checkPython(
  context: StageContext,
  version: string | undefined,
): Promise<PythonChecked | undefined> {
  const { ports, target, signal } = context;
  const declared = pythonChecks(target.settings.checks.python);
  if (!declared) return undefined;
  const { sha } = requireFact(context.facts, 'commit');
  const checkout = await ports.source.checkout(target.settings.source, sha, signal);
  const { files } = await ports.source.discover(checkout, target.settings.files);
  const python = pythonFiles(files);
  const all = python.filter(({ path }) => !matchesExcluded(declared.exclude, path));
  const changed = declared.files === 'changed' ? await changedSinceLive(context, sha) : undefined;
  const asked = changed ? all.filter(({ path }) => changed.has(path)) : all;
  const others = changed ? all.filter(({ path }) => !changed.has(path)) : [];
  const report = await ports.python.check(
    { directory: checkout.directory, files: asked, others, version, unbound: declared.unbound },
    signal,
  );
  return {
    report,
    all: all.length,
    asked: asked.length,
    changedOnly: changed !== undefined,
    excluded: python.length - all.length,
  };
}

export function pythonFiles(files: readonly FileDigest[]): FileDigest[] {
  return files
    .filter(({ path }) => path.endsWith('.py'))
    .map(({ path, sha256 }) => ({ path, sha256 }));
}

/** Accepts all syntax. The hosts' own version is read when they are claimed. */
const NEWEST = '3.14';

/**
 * Like `checkPython`, before any host was asked. If only a remembered version rejects the code, the hosts may be
 * newer by now, so the claim decides.
 */
export async function checkPythonEarly(
  context: StageContext,
  version: string | undefined,
): Promise<PythonChecked | undefined> {
  const checked = await checkPython(context, version);
  const declared = pythonChecks(context.target.settings.checks.python)?.version !== undefined;
  if (!checked || declared || interpreterOf(context.target) === '') return checked;
  if (errorsIn(checked.report).length === 0 || version === NEWEST) return checked;
  return checkPython(context, NEWEST);
}

export function errorsIn({ findings }: PythonReport): Finding[] {
  return findings.filter(({ level }) => level === 'error');
}

/**
 * The declared version, else the one that the hosts ran last, else the newest: a guess below the hosts' version
 * could refuse valid code.
 */
export async function expectedVersion(
  { ports, target }: Pick<StageContext, 'ports' | 'target'>,
  declared: PythonChecks,
): Promise<string | undefined> {
  if (declared.version !== undefined) return declared.version;
  const seen = await lastSeenPython(ports.records, target);
  return seen ?? (interpreterOf(target) === '' ? undefined : NEWEST);
}

/** By the records, because no host was asked yet; undefined if they do not tell. */
async function changedSinceLive(
  { ports, target, signal }: StageContext,
  sha: string,
): Promise<ReadonlySet<string> | undefined> {
  const live: LiveCommit = await readLiveCommit(ports.records, target);
  if (live.kind !== 'commit') return undefined;
  return ports.source.changed(target.settings.source, live.sha, sha, signal);
}
