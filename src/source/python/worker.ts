import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { Finding } from '../../deploy/ports.ts';
import { createFileCheck } from './check-file.ts';
import type { FileCheck } from './check-file.ts';

/** Some of a deployment's files, as many as take a moment. */
export interface Batch {
  directory: string;
  names: readonly string[];
  target: string;
}

/** By what was read, whatever the question says that a file is. */
export interface Checked {
  name: string;
  sha256: string;
  findings: Finding[];
}

export type BatchAnswer = { checked: Checked[] } | { failed: string };

const checks = new Map<string, FileCheck>();

function answer({ directory, names, target }: Batch): BatchAnswer {
  try {
    const check = checks.get(target) ?? createFileCheck(target);
    checks.set(target, check);
    return { checked: names.map((name) => checkFile(check, directory, name)) };
  } catch (error) {
    return { failed: String(error) };
  }
}

function checkFile(check: FileCheck, directory: string, name: string): Checked {
  const content = readFileSync(path.join(directory, name));
  const findings = check(name, content.toString('utf8').replace(/^\uFEFF/, ''));
  return { name, sha256: hash('sha256', content, 'hex'), findings };
}

parentPort?.on('message', (batch: Batch) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(answer(batch));
});
