// Checks a batch of Python files in a worker thread.
import { hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { Finding } from '../../deploy/ports/ports.ts';
import { readInside } from '../../deploy/untrusted/safe-file.ts';
import { addedBuiltins } from './builtin-names.ts';
import { checkBytes } from './check-bytes.ts';
import { createFileCheck } from './check-file.ts';
import type { FileCheck } from './check-file.ts';
import type { Failed } from '../threads.ts';

/** Files for one message, relative to `directory`. */
export interface Batch {
  directory: string;
  names: readonly string[];
  target: string;
}

/** `sha256` is of the bytes that were read. */
export interface Checked {
  name: string;
  sha256: string;
  findings: Finding[];
  /** Names that the file adds to the builtins of all files. */
  adds: string[];
}

/** `stopped` is the file that crashed ruff, after the checked ones. The thread cannot be used again. */
export interface BatchAnswer {
  checked: Checked[];
  stopped?: string;
}

/** Discovery has checked the size limits of the settings. */
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
        // Generated code may be nested too deeply for WebAssembly's stack, but not for Python's.
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
