// Checks a batch of Python files in a child process.
import type { Finding } from '../../deploy/ports/ports.ts';
import { addedBuiltins } from './builtin-names.ts';
import { cannotRead, createFileCheck, type FileCheck } from './check-file.ts';
import { decodeSource } from './decode-source.ts';
import { answerQuestions } from '../answer-questions.ts';
import type { Failed } from '../process-pool.ts';

/** One message to the child process. `target` is ruff's name of the Python version. */
export interface Batch {
  files: readonly { name: string; content: Uint8Array }[];
  target: string;
}

/** The result for one file. It depends only on the file's content (apart from its path), so it can be cached. */
export interface Checked {
  findings: Finding[];
  /** Names that the file adds to the builtins of all files. */
  adds: string[];
}

/** `stopped` is the file that crashed ruff, if any. Later files are not checked, and the process must not be reused. */
export interface BatchAnswer {
  checked: Checked[];
  stopped?: string;
}

const checks = new Map<string, FileCheck>();

function answer({ files, target }: Batch): BatchAnswer | Failed {
  const checked: Checked[] = [];
  try {
    const check = checks.get(target) ?? createFileCheck(target);
    checks.set(target, check);
    for (const { name, content } of files) {
      try {
        checked.push(checkFile(check, name, Buffer.from(content)));
      } catch (error) {
        // Deeply nested code can overflow WebAssembly's stack although Python could compile it.
        if (error instanceof Error) return { checked, stopped: name };
        throw error;
      }
    }
    return { checked };
  } catch (error) {
    return { failed: String(error) };
  }
}

function checkFile(check: FileCheck, path: string, content: Buffer): Checked {
  const may = content.includes('builtin') || content.includes('gettext');
  const adds = may ? addedBuiltins(content.toString('utf8')) : [];
  const decoded = decodeSource(content);
  if ('source' in decoded) return { findings: check(path, decoded.source), adds };
  return { findings: [cannotRead(path, decoded, decoded.message)], adds };
}

answerQuestions({ answer });
