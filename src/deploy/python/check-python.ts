// Decides which Python files of a commit are checked, for which version of Python, and checks them.
import { requireFact, type HostFacts } from '../record/facts.ts';
import { type LiveCommit, readLiveCommit } from '../history/live-by-record.ts';
import type { FileDigest, Finding, PythonReport } from '../ports/ports.ts';
import { interpreterOf, lastSeenPython, oldestPython } from './version.ts';
import { type PythonChecks, pythonChecks } from '../settings/checks.ts';
import type { StageContext } from '../step/stage.ts';
import { pythonFailure } from './findings.ts';
import { posix } from 'node:path';

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
  const tree = await ports.source.files(target.settings.source, sha, signal);
  const { files } = await tree.discover(target.settings.files);
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

/** Accepts all syntax. The hosts' own version is read when they are claimed. */
const NEWEST = '3.14';

/** Before any host is asked. The hosts may be newer than remembered, so the claim decides on their syntax. */
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

/** As declared, else what the hosts ran last, else the newest: a guess that is too old would refuse valid code. */
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

/** Checks for the oldest Python of the hosts, unless that was done. Returns the version that was checked. */
export async function recheckPython(
  context: StageContext,
  hosts: Record<string, HostFacts>,
): Promise<string | undefined> {
  const oldest = oldestPython(hosts);
  const { checkedFor } = context.facts;
  // A declared version that is older than every host was the stricter check.
  if (oldest === undefined || checkedFor === undefined || isOlder(checkedFor, oldest))
    return checkedFor;
  const checked = await checkPython(context, oldest);
  const errors = checked ? errorsIn(checked.report) : [];
  if (errors.length > 0)
    throw pythonFailure(errors, ` for Python ${oldest} of ${hostsRunning(hosts, oldest)}`);
  return oldest;
}

function isOlder(version: string, than: string): boolean {
  return version === than || Number(version.slice(2)) < Number(than.slice(2));
}

function hostsRunning(hosts: Record<string, HostFacts>, version: string): string {
  const running = Object.entries(hosts).filter(
    ([host, facts]) => oldestPython({ [host]: facts }) === version,
  );
  return running.map(([host]) => host).join(', ');
}

/** Matches a path, a folder above it, or a name at any depth. */
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
