import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { Finding } from '../../deploy/ports.ts';
import { byPlace, createFileCheck } from './check-file.ts';
import type { FileCheck } from './check-file.ts';

export interface CheckQuestion {
  id: number;
  directory: string;
  paths: string[];
  target: string;
}

export type CheckAnswer = { id: number } & ({ findings: Finding[] } | { failed: string });

const checks = new Map<string, FileCheck>();

/** Findings by content: from one deployment to the next nearly every file is the same. */
const known = new Map<string, Finding[]>();
const REMEMBERED = 20_000;

async function answer({ directory, paths, target }: CheckQuestion): Promise<Finding[]> {
  const check = checks.get(target) ?? createFileCheck(target);
  checks.set(target, check);
  const findings: Finding[] = [];
  for (const name of paths) {
    const content = await readFile(path.join(directory, name));
    const key = `${target} ${createHash('sha256').update(content).digest('base64')}`;
    const found = known.get(key) ?? check(name, content.toString('utf8').replace(/^\uFEFF/, ''));
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, found);
    findings.push(...found.map((one) => ({ ...one, path: name })));
  }
  return findings.toSorted(byPlace);
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
