// Runs the Python checks of a release in child processes, and decides which findings are errors.
import { hash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Interrupted, StageFailed } from '../../deploy/record/errors.ts';
import type {
  FileDigest,
  FileReader,
  Finding,
  PythonCheck,
  PythonQuestion,
} from '../../deploy/ports/ports.ts';
import { applyProjectSettings } from './project-settings.ts';
import { declaredVersion, rulesFor } from './target-version.ts';
import { byPlace } from './tokens/places.ts';
import type { Batch, BatchAnswer, Checked } from './worker.ts';
import { codeVersion, createFactStore, type FactStore } from '../fact-store.ts';
import { ProcessPool, NoAnswer } from '../process-pool.ts';

export interface PythonCheckOptions {
  /** The folder that keeps findings over restarts. It can be deleted at any time. */
  dataDirectory?: string;
  /** Loads ruff at once, so that the first deployment does not wait for it. */
  warm?: boolean;
}

/** The number of files in a batch. It is small, so that all processes have work until the end of the check. */
const BATCH = 40;
/** The time limit of a batch. Usual files take 0.1 s. */
const BATCH_LIMIT_MS = 20_000;
/** Limit of child processes: each loads its own ruff, of about 40 MB. */
const MOST_PROCESSES = 4;

/**
 * Uses ruff for syntax and undefined names, and our own analysis for names that only some paths assign. ruff has no
 * rule for those; pyright has one, but takes ten times as long and reports code that is correct.
 */
export function createPythonCheck(options: PythonCheckOptions = {}): PythonCheck {
  const pool = new ProcessPool<Batch, BatchAnswer>({
    script: new URL('./worker.ts', import.meta.url),
    most: Math.min(availableParallelism(), MOST_PROCESSES),
    limitMs: BATCH_LIMIT_MS,
    isLast: ({ stopped: at }) => at !== undefined,
  });
  if (options.warm === true) pool.warm();
  const store = createFactStore<Checked>(options.dataDirectory);
  const ruff = path.dirname(fileURLToPath(import.meta.resolve('@astral-sh/ruff-wasm-nodejs')));
  const code = codeVersion(import.meta.dirname, path.join(ruff, 'package.json'));
  return {
    async check(question, signal) {
      const { tree } = question;
      const version = question.version ?? (await declaredVersion(tree));
      if (signal.aborted) throw stopped();
      const target = rulesFor(version);
      const run = { pool, store, tree, target, signal, version: `${code} ${target}` };
      const checkFiles = (files: readonly FileDigest[]): Promise<Checked[]> => checkAll(run, files);
      const { findings, leftOut } = await applyProjectSettings(question, checkFiles);
      return {
        findings: withLevels(findings, question.unbound).toSorted(byPlace),
        leftOut,
        version,
      };
    },
  };
}

interface CheckRun {
  pool: ProcessPool<Batch, BatchAnswer>;
  store: FactStore<Checked>;
  tree: FileReader;
  target: string;
  /** A hash of this code, and the Python version: part of the store's keys. */
  version: string;
  signal: AbortSignal;
}

/** Checks the files whose findings are not in the store. Its keys contain the sha256 of a file's content. */
async function checkAll(run: CheckRun, files: readonly FileDigest[]): Promise<Checked[]> {
  const found: Checked[] = [];
  const unknown: FileDigest[] = [];
  for (const file of files) {
    const seen = run.store.get(keyOf(run, file));
    // The findings may come from a file with the same content and another path.
    const findings = seen?.findings.map((one) => ({ ...one, path: file.path }));
    if (seen && findings) found.push({ ...seen, findings });
    else unknown.push(file);
  }
  const batches = Array.from({ length: Math.ceil(unknown.length / BATCH) }, (_, at) =>
    unknown.slice(at * BATCH, (at + 1) * BATCH),
  );
  // Read and check only as many batches at once as there are processes, to save memory.
  const next = batches.values();
  const checkers = Array.from({ length: MOST_PROCESSES }, async () => {
    for (const batch of next) found.push(...(await checkBatch(run, await read(run, batch))));
  });
  await Promise.all(checkers).catch((error: unknown) => fail(error, run.signal));
  return found;
}

const keyOf = ({ version }: CheckRun, { sha256 }: FileDigest): string => `${version} ${sha256}`;

type Source = FileDigest & { content: Buffer };

function read({ tree }: CheckRun, batch: readonly FileDigest[]): Promise<Source[]> {
  return Promise.all(
    batch.map(async (file) => {
      // No limit is needed: discovery has refused files that are too large.
      const found = await tree.read(file.path, Number.MAX_SAFE_INTEGER);
      if (found.kind !== 'file') throw new NoAnswer(`${file.path} ${found.problem}`);
      const { content } = found;
      // Hash the bytes that were read: a file of a developer's folder may have changed since the question.
      return { path: file.path, sha256: hash('sha256', content), content };
    }),
  );
}

async function checkBatch(run: CheckRun, batch: readonly Source[]): Promise<Checked[]> {
  const { pool, store, target, signal } = run;
  const files = batch.map(({ path: name, content }) => ({ name, content }));
  const answer = await pool.ask({ files, target }, signal).catch((error: unknown) => {
    if (!(error instanceof NoAnswer && error.timedOut)) throw error;
  });
  if (answer === undefined) return afterLimit(run, batch);
  const { checked, stopped: broken } = answer;
  // Remember each batch at once, so that a crash does not lose the results of finished ones.
  for (const [at, one] of checked.entries()) {
    const file = batch[at];
    if (file) store.set(keyOf(run, file), one);
  }
  if (broken === undefined) return checked;
  const rest = batch.slice(checked.length + 1);
  const others = rest.length > 0 ? await checkBatch(run, rest) : [];
  return [...checked, unchecked(broken, TOO_DEEP), ...others];
}

/** Splits the batch in halves until the slow file is alone. */
async function afterLimit(run: CheckRun, batch: readonly Source[]): Promise<Checked[]> {
  const [only] = batch;
  if (batch.length <= 1) return [unchecked(only?.path ?? '', SLOW)];
  const middle = Math.ceil(batch.length / 2);
  const first = await checkBatch(run, batch.slice(0, middle));
  return [...first, ...(await checkBatch(run, batch.slice(middle)))];
}

const SLOW = `the names in this file were not checked: it took longer than ${BATCH_LIMIT_MS / 1_000} s; simplify it, or exclude it (checks.python.exclude)`;

/** The warning about a file that crashed ruff, mostly generated code. Python on each host still compiles it. */
const TOO_DEEP = 'this file is nested too deep for the names in it to be checked';

function unchecked(file: string, message: string): Checked {
  const finding = { path: file, line: 1, column: 1, code: 'unchecked', message };
  return { findings: [{ ...finding, level: 'warning' }], adds: [] };
}

function withLevels(findings: Finding[], unbound: PythonQuestion['unbound']): Finding[] {
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
    next: 'try again. If it fails again, set `checks.python: false` in argo.yml, and report the file as a bug.',
  });
}

function stopped(): Interrupted {
  return new Interrupted('The Python checks were stopped');
}
