import { availableParallelism } from 'node:os';
import { Interrupted, StageFailed } from '../deploy/errors.ts';
import type { FileDigest, Finding, PythonCheck } from '../deploy/ports.ts';
import { byPlace } from './python/check-file.ts';
import { knownFiles } from './python/known-files.ts';
import type { KnownFiles } from './python/known-files.ts';
import { targetVersion } from './python/target-version.ts';
import { Threads, Unanswered } from './python/threads.ts';

export interface PythonCheckOptions {
  /** What was found clean is remembered here over restarts; it can be deleted at any time. */
  dataDirectory?: string;
  /** Loads ruff at once, so that the first deployment need not wait for it. */
  warm?: boolean;
}

/** Few enough that the threads end together and that a cancelled deployment lets go soon. */
const BATCH = 40;
/** Each thread holds a ruff of its own, some 40 MB. */
const MOST_THREADS = 4;

/**
 * ruff in worker threads for syntax and undefined names, and on tokens of our own a small walk through
 * each function for names that only some ways assign, which ruff has no rule for. pyright has one, but it
 * takes ten times as long, and it also reports what ordinary code does on purpose.
 */
export function createPythonCheck(options: PythonCheckOptions = {}): PythonCheck {
  const threads = new Threads(Math.min(availableParallelism(), MOST_THREADS));
  if (options.warm === true) threads.warm();
  const byTarget = new Map<string, KnownFiles>();
  return {
    async check(directory, files, signal) {
      if (files.length === 0) return [];
      const target = await targetVersion(directory);
      if (signal.aborted) throw stopped();
      const known = byTarget.get(target) ?? knownFiles(options.dataDirectory, target);
      byTarget.set(target, known);
      // The manifest says what is released, so it says what has to be checked: the same bytes, the same findings.
      const { findings, unknown } = lookUp(known, files);
      const batches = Array.from({ length: Math.ceil(unknown.length / BATCH) }, (_, at) =>
        unknown.slice(at * BATCH, (at + 1) * BATCH),
      );
      const asked = batches.map(async (names) => {
        const checked = await threads.check({ directory, names, target }, signal);
        // Whoever dies in the middle of thousands leaves what is done to the next.
        known.add(checked);
        return checked.flatMap((one) => one.findings);
      });
      const found = await Promise.all(asked).catch((error: unknown) => fail(error, signal));
      return [...findings, ...found.flat()].toSorted(byPlace);
    },
  };
}

function lookUp(
  known: KnownFiles,
  files: readonly FileDigest[],
): { findings: Finding[]; unknown: string[] } {
  const [findings, unknown]: [Finding[], string[]] = [[], []];
  for (const { path, sha256 } of files) {
    const seen = known.find(path, sha256);
    if (seen === undefined) unknown.push(path);
    else findings.push(...seen);
  }
  return { findings, unknown };
}

function fail(error: unknown, signal: AbortSignal): never {
  if (signal.aborted) throw stopped();
  if (!(error instanceof Unanswered)) throw error;
  throw new StageFailed(`The Python checks could not be finished: ${error.message}`, {
    code: 'python-check-crashed',
    next: 'Deploy again; if it happens again, set `checks: python: false` in argo.yml for now and report the file.',
  });
}

function stopped(): Interrupted {
  return new Interrupted('The Python checks were stopped');
}
