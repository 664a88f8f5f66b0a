import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { FileDigest, Finding } from '../../deploy/ports.ts';
import { byPlace, createFileCheck } from './check-file.ts';
import type { FileCheck } from './check-file.ts';

export interface CheckQuestion {
  id: number;
  directory: string;
  files: readonly FileDigest[];
  target: string;
}

export type CheckAnswer = { id: number } & ({ findings: Finding[] } | { failed: string });

const checks = new Map<string, FileCheck>();

/** Findings by content: from one deployment to the next nearly every file is the same. */
const known = new Map<string, Finding[]>();
const REMEMBERED = 20_000;

async function answer({ directory, files, target }: CheckQuestion): Promise<Finding[]> {
  const check = checks.get(target) ?? createFileCheck(target);
  checks.set(target, check);
  const findings: Finding[] = [];
  for (const { path: name, sha256 } of files) {
    // The manifest says what is released, so it says what has to be checked: the same bytes, the same findings.
    const found =
      known.get(`${target} ${sha256}`) ?? (await checkFile(check, target, { directory, name }));
    findings.push(...found.map((one) => ({ ...one, path: name })));
  }
  return findings.toSorted(byPlace);
}

/** Remembered under what was read, whatever the question says that it is. */
async function checkFile(
  check: FileCheck,
  target: string,
  { directory, name }: { directory: string; name: string },
): Promise<Finding[]> {
  const content = await readFile(path.join(directory, name));
  const found = check(name, content.toString('utf8').replace(/^\uFEFF/, ''));
  if (known.size >= REMEMBERED) known.clear();
  known.set(`${target} ${hash('sha256', content, 'hex')}`, found);
  return found;
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
