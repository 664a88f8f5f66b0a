import { hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { Finding } from '../../deploy/ports/ports.ts';
import { readInside } from '../../deploy/untrusted/safe-file.ts';
import { addedBuiltins } from './builtin-names.ts';
import { checkBytes } from './check-bytes.ts';
import { createFileCheck } from './check-file.ts';
import type { FileCheck } from './check-file.ts';
import type { Failed } from '../threads.ts';

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
  /** Names that it adds to the builtins of all files. */
  adds: string[];
}

/** `stopped`: the file at which ruff broke down, after the checked ones; nothing more comes of this thread. */
export interface BatchAnswer {
  checked: Checked[];
  stopped?: string;
}

/** Discovery has held each file against the limit of the settings. */
const MOST_BYTES = 2 ** 31;

const checks = new Map<string, FileCheck>();

function answer({ directory, names, target }: Batch): BatchAnswer | Failed {
  const checked: Checked[] = [];
  try {
    const check = checks.get(target) ?? createFileCheck(target);
    checks.set(target, check);
    for (const name of names) {
      const found = readInside(directory, name, MOST_BYTES);
      if (found.kind !== 'file') throw new Error(`${name} ${found.problem}`);
      const { content } = found;
      try {
        checked.push(checkFile(check, name, content));
      } catch (error) {
        // Generated code that is nested too deep for WebAssembly's stack, and not for Python's.
        if (error instanceof Error) return { checked, stopped: name };
        throw error;
      }
    }
    return { checked };
  } catch (error) {
    return { failed: String(error) };
  }
}

function checkFile(check: FileCheck, name: string, content: Buffer): Checked {
  const may = content.includes('builtin') || content.includes('gettext');
  const adds = may ? addedBuiltins(content.toString('utf8')) : [];
  const findings = checkBytes(check, name, content);
  return { name, sha256: hash('sha256', content, 'hex'), findings, adds };
}

parentPort?.on('message', (batch: Batch) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(answer(batch));
});
