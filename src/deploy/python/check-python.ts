import { requireFact } from '../settings/layout.ts';
import { type LiveCommit, liveCommit } from '../history/live-by-record.ts';
import { matchesExcluded } from './excluded.ts';
import type { FileDigest, Finding, PythonReport } from '../ports/ports.ts';
import { interpreterOf, lastSeenPython } from './version.ts';
import { type PythonChecks, pythonChecks } from '../settings/python-checks.ts';
import type { StageContext } from '../step/stage.ts';

export interface PythonChecked {
  report: PythonReport;
  /** All Python files of the release that are not excluded, and how many of them were asked about. */
  all: number;
  asked: number;
  changedOnly: boolean;
  excluded: number;
}

/** Asks about the Python of the commit, for the given version or the one that is asked of the record. */
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

/** New enough for all that a compiler accepts: the hosts' own version is asked at the claim. */
const NEWEST = '3.14';

/**
 * As `checkPython`, before any host has been asked. Where only a remembered version refuses the code, the hosts
 * may have a newer one by now, so the claim asks them and decides.
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
 * Before any host has been asked: what is declared, else what the hosts ran last. The first time the claim asks
 * them, and until then no version is guessed that may be older than theirs.
 */
export async function expectedVersion(
  { ports, target }: Pick<StageContext, 'ports' | 'target'>,
  declared: PythonChecks,
): Promise<string | undefined> {
  if (declared.version !== undefined) return declared.version;
  const seen = await lastSeenPython(ports.records, target);
  return seen ?? (interpreterOf(target) === '' ? undefined : NEWEST);
}

/** By the record, since no host has been asked yet; where it does not say, every file is one that changed. */
async function changedSinceLive(
  { ports, target, signal }: StageContext,
  sha: string,
): Promise<ReadonlySet<string> | undefined> {
  const live: LiveCommit = await liveCommit(ports.records, target);
  if (live.kind !== 'commit') return undefined;
  return ports.source.changed(target.settings.source, live.sha, sha, signal);
}
