// Runs the Python checks of a release in worker threads, and decides what is an error.
import { availableParallelism } from 'node:os';
import { Interrupted, StageFailed } from '../../deploy/record/errors.ts';
import type { FileDigest, PythonCheck, PythonQuestion } from '../../deploy/ports/ports.ts';
import { byPlace } from './check-file.ts';
import { knownFiles } from './known-files.ts';
import type { KnownFiles } from './known-files.ts';
import { applyProjectSettings } from './project-settings.ts';
import { declaredVersion, rulesFor } from './target-version.ts';
import type { Batch, BatchAnswer, Checked } from './worker.ts';
import { ThreadPool, NoAnswer } from '../threads.ts';

export interface PythonCheckOptions {
  /** Remembers clean files over restarts. The folder can be deleted at any time. */
  dataDirectory?: string;
  /** Loads ruff at once, so that the first deployment does not wait for it. */
  warm?: boolean;
}

/** Files of one batch. Small, so that all threads end together and a cancelled check ends soon. */
const BATCH = 40;
/** A batch of usual files takes 0.1 s. */
const BATCH_LIMIT_MS = 20_000;
/** Each thread has its own ruff of about 40 MB. */
const MOST_THREADS = 4;

/**
 * Uses ruff for syntax and undefined names, and our own analysis for names that only some paths assign. ruff has no
 * rule for those; pyright has one, but takes ten times as long and reports code that is correct.
 */
export function createPythonCheck(options: PythonCheckOptions = {}): PythonCheck {
  const threads = new ThreadPool<Batch, BatchAnswer>({
    script: new URL('./worker.ts', import.meta.url),
    most: Math.min(availableParallelism(), MOST_THREADS),
    limitMs: BATCH_LIMIT_MS,
    isLast: ({ stopped: at }) => at !== undefined,
  });
  if (options.warm === true) threads.warm();
  const byTarget = new Map<string, KnownFiles>();
  return {
    async check(question, signal) {
      const { directory } = question;
      const version = question.version ?? declaredVersion(directory);
      if (signal.aborted) throw stopped();
      const target = rulesFor(version);
      const known = byTarget.get(target) ?? knownFiles(options.dataDirectory, target);
      byTarget.set(target, known);
      const look = (files: readonly FileDigest[]): Promise<Checked[]> =>
        checkAll({ threads, known, directory, target, signal }, files);
      const { findings, leftOut } = await applyProjectSettings(question, look);
      return {
        findings: withLevels(findings, question.unbound).toSorted(byPlace),
        leftOut,
        version,
      };
    },
  };
}

interface CheckRun {
  threads: ThreadPool<Batch, BatchAnswer>;
  known: KnownFiles;
  directory: string;
  target: string;
  signal: AbortSignal;
}

/** The manifest's sha256 identifies the content: the same bytes have the same findings. */
async function checkAll(looking: CheckRun, files: readonly FileDigest[]): Promise<Checked[]> {
  const found: Checked[] = [];
  const unknown: FileDigest[] = [];
  for (const file of files) {
    const seen = looking.known.find(file.path, file.sha256);
    if (seen) found.push(seen);
    else unknown.push(file);
  }
  const batches = Array.from({ length: Math.ceil(unknown.length / BATCH) }, (_, at) =>
    unknown.slice(at * BATCH, (at + 1) * BATCH).map(({ path }) => path),
  );
  const asked = await Promise.all(batches.map((names) => checkBatch(looking, names))).catch(
    (error: unknown) => fail(error, looking.signal),
  );
  return [...found, ...asked.flat()];
}

async function checkBatch(looking: CheckRun, names: readonly string[]): Promise<Checked[]> {
  const { threads, known, directory, target, signal } = looking;
  const answer = await threads
    .ask({ directory, names, target }, signal)
    .catch((error: unknown) => unlessLate(error));
  if (answer === undefined) return afterLimit(looking, names);
  const { checked, stopped: broken } = answer;
  // Remember each batch at once, so that a crash does not lose the results of finished ones.
  known.add(checked);
  if (broken === undefined) return checked;
  const rest = names.slice(names.indexOf(broken) + 1);
  const others = rest.length > 0 ? await checkBatch(looking, rest) : [];
  return [...checked, tooDeep(broken), ...others];
}

function unlessLate(error: unknown): undefined {
  if (!(error instanceof NoAnswer && error.timedOut)) throw error;
}

/** Splits the batch in halves until the slow file is alone. */
async function afterLimit(looking: CheckRun, names: readonly string[]): Promise<Checked[]> {
  const [only = ''] = names;
  if (names.length <= 1) return [unchecked(only, SLOW)];
  const middle = Math.ceil(names.length / 2);
  const first = await checkBatch(looking, names.slice(0, middle));
  return [...first, ...(await checkBatch(looking, names.slice(middle)))];
}

const SLOW = `the names in this file were not checked: it took longer than ${BATCH_LIMIT_MS / 1_000} s; simplify it, or exclude it (checks.python.exclude)`;

/** Generated code is nested too deeply for ruff. The compiler on the host decides. */
function tooDeep(name: string): Checked {
  return unchecked(name, 'this file is nested too deep for the names in it to be checked');
}

function unchecked(name: string, message: string): Checked {
  const finding = { path: name, line: 1, column: 1, code: 'unchecked', message };
  return { name, sha256: '', findings: [{ ...finding, level: 'warning' }], adds: [] };
}

function withLevels(
  findings: Checked['findings'],
  unbound: PythonQuestion['unbound'],
): Checked['findings'] {
  if (unbound === undefined) return findings;
  return findings.flatMap((one) => {
    if (one.code !== 'possibly-unbound') return [one];
    return unbound === 'off' ? [] : [{ ...one, level: unbound }];
  });
}

function fail(error: unknown, signal: AbortSignal): never {
  if (signal.aborted) throw stopped();
  if (!(error instanceof NoAnswer)) throw error;
  throw new StageFailed(`The Python checks could not be finished: ${error.message}`, {
    code: 'python-check-crashed',
    next: 'Deploy again; if it happens again, set `checks: python: false` in argo.yml for now and report the file.',
  });
}

function stopped(): Interrupted {
  return new Interrupted('The Python checks were stopped');
}
