// Decides which Python files of a commit are checked, for which version of Python, and checks them.
import { fileRules } from '../settings/layout.ts';
import { requireFact, type HostFacts } from '../record/facts.ts';
import { type LiveCommit, readLiveCommit } from '../history/live-by-record.ts';
import type { FileDigest, Finding, Ports, PythonReport } from '../ports/ports.ts';
import { interpreterOf, lastSeenPython, oldestPython } from './version.ts';
import { type PythonChecks, pythonChecks } from '../settings/checks.ts';
import type { StageContext } from '../step/stage.ts';
import { pythonFailure } from './findings.ts';
import { posix } from 'node:path';

interface PythonChecked {
  report: PythonReport;
  /** Number of Python files that are not excluded. */
  all: number;
  /** Number of files that were checked; fewer than `all` if only changed files are checked. */
  asked: number;
  changedOnly: boolean;
  excluded: number;
}

/** Checks the commit's Python files for `version`; undefined if argo.yml turns Python checks off. */
async function checkPython(
  context: StageContext,
  version: string | undefined,
): Promise<PythonChecked | undefined> {
  const { ports, target, signal } = context;
  const declared = pythonChecks(target.settings.checks.python);
  if (!declared) return undefined;
  const { sha } = requireFact(context.facts, 'commit');
  const tree = await ports.source.files(target.settings.source, sha, signal);
  const { files } = await tree.discover(fileRules(target));
  const python = pythonFiles(files);
  const all = python.filter(({ path }) => !matchesExcluded(declared.exclude, path));
  const changed = declared.files === 'changed' ? await changedSinceLive(context, sha) : undefined;
  const asked = changed ? all.filter(({ path }) => changed.has(path)) : all;
  const others = changed ? all.filter(({ path }) => !changed.has(path)) : [];
  const report = await ports.python.check(
    { tree, files: asked, others, version, unbound: declared.unbound },
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

/** The newest Python accepts the syntax of all others, so it is used until the version of the hosts is known. */
const NEWEST = '3.14';

/**
 * Checks before a host is asked for its Python. If the version on record gives errors, checks for the newest one
 * instead, because hosts may have a newer one by now.
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

/** Returns the declared version, else the hosts' recorded one, else the newest, which refuses no valid code. */
export async function expectedVersion(
  { ports, target }: Pick<StageContext, 'target'> & { ports: Pick<Ports, 'records'> },
  declared: PythonChecks,
): Promise<string | undefined> {
  if (declared.version !== undefined) return declared.version;
  const seen = await lastSeenPython(ports.records, target);
  return seen ?? (interpreterOf(target) === '' ? undefined : NEWEST);
}

/** Returns the files that changed since the live commit, as the records name it; undefined if they name none. */
async function changedSinceLive(
  { ports, target, signal }: StageContext,
  sha: string,
): Promise<ReadonlySet<string> | undefined> {
  const live: LiveCommit = await readLiveCommit(ports.records, target);
  if (live.kind !== 'commit') return undefined;
  return ports.source.changed(target.settings.source, live.sha, sha, signal);
}

/** Checks for the hosts' oldest Python, unless a check for this or an older version passed. Returns the version. */
export async function recheckPython(
  context: StageContext,
  hosts: Record<string, HostFacts>,
): Promise<string | undefined> {
  const oldest = oldestPython(hosts);
  const { checkedFor } = context.facts;
  // A check for an older version refuses at least as much, so it is not repeated.
  if (oldest === undefined || checkedFor === undefined || isAtMost(checkedFor, oldest))
    return checkedFor;
  const checked = await checkPython(context, oldest);
  const errors = checked ? errorsIn(checked.report) : [];
  if (errors.length > 0)
    throw pythonFailure(errors, ` for Python ${oldest} of ${hostsRunning(hosts, oldest)}`);
  return oldest;
}

function isAtMost(version: string, limit: string): boolean {
  return version === limit || Number(version.slice(2)) < Number(limit.slice(2));
}

function hostsRunning(hosts: Record<string, HostFacts>, version: string): string {
  const running = Object.entries(hosts).filter(
    ([host, facts]) => oldestPython({ [host]: facts }) === version,
  );
  return running.map(([host]) => host).join(', ');
}

/** True if a glob matches the file's path, a folder above it, or one name in its path. */
export function matchesExcluded(globs: readonly string[], file: string): boolean {
  if (globs.length === 0) return false;
  const parts = file.split('/');
  const paths = parts.map((_, at) => parts.slice(0, at + 1).join('/'));
  return globs.some((given) => {
    const glob = given.replace(/^\.?\//, '').replace(/\/+$/, '');
    const candidates = glob.includes('/') ? paths : parts;
    return candidates.some((one) => posix.matchesGlob(one, glob));
  });
}
