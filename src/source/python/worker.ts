import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { FileDigest, Finding } from '../../deploy/ports.ts';
import { byPlace, createFileCheck } from './check-file.ts';
import type { FileCheck } from './check-file.ts';
import { cleanFiles } from './clean-files.ts';
import type { CleanFiles } from './clean-files.ts';

export interface CheckQuestion {
  id: number;
  directory: string;
  files: readonly FileDigest[];
  target: string;
}

export type CheckAnswer = { id: number } & ({ findings: Finding[] } | { failed: string });

const checks = new Map<string, { check: FileCheck; clean: CleanFiles }>();

/** Where what was found clean is kept over restarts. */
const folder: unknown = workerData;

/** Findings by content: from one deployment to the next nearly every file is the same. */
const known = new Map<string, Finding[]>();
const REMEMBERED = 20_000;

async function answer({ directory, files, target }: CheckQuestion): Promise<Finding[]> {
  const { check, clean } = checksFor(target);
  const findings: Finding[] = [];
  const nowClean: string[] = [];
  for (const { path: name, sha256 } of files) {
    // The manifest says what is released, so it says what has to be checked: the same bytes, the same findings.
    const seen = known.get(`${target} ${sha256}`) ?? (clean.has(sha256) ? [] : undefined);
    if (seen !== undefined) {
      findings.push(...seen.map((one) => ({ ...one, path: name })));
      continue;
    }
    const checked = await checkFile(check, target, { directory, name });
    if (checked.findings.length === 0) nowClean.push(checked.sha256);
    // Whoever dies in the middle of thousands leaves what is done to the next.
    if (nowClean.length >= 100) clean.add(nowClean.splice(0));
    findings.push(...checked.findings);
  }
  clean.add(nowClean);
  return findings.toSorted(byPlace);
}

function checksFor(target: string): { check: FileCheck; clean: CleanFiles } {
  const kept = typeof folder === 'string' ? folder : undefined;
  const made = checks.get(target) ?? {
    check: createFileCheck(target),
    clean: cleanFiles(kept, target),
  };
  checks.set(target, made);
  return made;
}

/** Remembered under what was read, whatever the question says that it is. */
async function checkFile(
  check: FileCheck,
  target: string,
  { directory, name }: { directory: string; name: string },
): Promise<{ sha256: string; findings: Finding[] }> {
  const content = await readFile(path.join(directory, name));
  const found = check(name, content.toString('utf8').replace(/^\uFEFF/, ''));
  if (known.size >= REMEMBERED) known.clear();
  const sha256 = hash('sha256', content, 'hex');
  known.set(`${target} ${sha256}`, found);
  return { sha256, findings: found };
}

parentPort?.on('message', (question: CheckQuestion) => {
  answer(question).then(
    (findings) => reply({ id: question.id, findings }),
    (error: unknown) => reply({ id: question.id, failed: String(error) }),
  );
});

function reply(message: CheckAnswer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(message);
}
